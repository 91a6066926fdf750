"""Which column of a file is what, as data, and the features that its rows make by that."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import msgspec
import shapely
from pydantic import ValidationError
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape

from beaconfire.mapfile.rows import BadFile, BadRow, BadRows, MapRow, named
from beaconfire_geo.entrypoints.layer_schemas import FeatureIn

_DETAIL_CHARACTERS_MAX: Final = 100
OUTLINE_M: Final = 1.0
OUTLINE_DEG: Final = 1e-5
"""A metre: where the edges of areas differ by less, their common outline has no corner."""
Feature = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """A level that a file holds as a column of its rows only; its shape is theirs together."""

    level: str
    code: str
    code_prefix: str = ""
    name_zh: str | None = None
    name_en: str | None = None
    has_shape: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The names of a file's columns; `level` is one for all rows where no column says it.

    `above` are further levels from the top down; a name that no column has is the other
    language's, and where neither is there, the code.
    """

    code: str = "code"
    code_prefix: str = ""
    level: str | None = None
    level_column: str = "level"
    parent: str | None = "parent"
    parent_prefix: str = ""
    name_zh: str | None = "name_zh"
    name_en: str | None = "name_en"
    people: str | None = "people"
    body: str | None = "body"
    """Of stations: the code of the body whose it is."""
    of_body: str | None = None
    """Whose those are whose row names none."""
    above: tuple[Above, ...] = ()

    @classmethod
    def load(
        cls, path: Path | None, level: str | None = None, of_body: str | None = None
    ) -> "Columns":
        """Those that a file of ours says, or the usual ones; BadFile when it is unfit."""
        said = {"level": level, "of_body": of_body}
        told: dict[str, Any] = {name: one for name, one in said.items() if one is not None}
        if path is not None:
            try:
                told = tomllib.loads(path.read_text("utf-8")) | told
            except (OSError, ValueError) as error:
                raise BadFile("bad_columns", f"{path}: {str(error)[:80]}") from error
        if unknown := sorted(set(told) - {one.name for one in fields(cls)}):
            raise BadFile("bad_columns", f"{path}: {unknown[0]} is no setting")
        try:
            return msgspec.convert(told, cls)
        except msgspec.ValidationError as error:
            raise BadFile("bad_columns", f"{path}: {str(error)[:80]}") from error


def features_of(
    rows: Sequence[MapRow], columns: Columns, *, outline: float = OUTLINE_DEG
) -> list[Feature]:
    """The features of all rows in their order, then those above them; BadRows for what is none.

    `outline` is how much common outlines are simplified, in the file's own unit.
    """
    _refuse_lacking(rows, columns)
    features = [_feature(one, columns) for one in rows]
    wrong = list(_wrong(features, columns))
    if not wrong:
        above, wrong = _above(rows, features, columns, outline)
        features += above
    if wrong:
        raise BadRows(wrong)
    return features


def _refuse_lacking(rows: Sequence[MapRow], columns: Columns) -> None:
    """BadFile where a column that must be there, or that somebody named, is in no row."""
    there = dict.fromkeys(name for one in rows for name in one.values)
    said = f"the file has {named(there)}; which of them is what, --columns says"
    usual = Columns()
    wanted = [columns.code]
    wanted += [
        told
        for one in ("parent", "name_zh", "name_en", "people", "body")
        if (told := getattr(columns, one)) not in (None, getattr(usual, one))
    ]
    for one in columns.above:
        wanted += [name for name in (one.code, one.name_zh, one.name_en) if name is not None]
    if lacking := [one for one in wanted if one not in there]:
        raise BadFile("column_missing", f"there is no column {', '.join(lacking)}: {said}")
    if columns.level is None and columns.level_column not in there:
        raise BadFile("level_missing", f"nothing says which level its rows have: --level says it "
                      f"of all, or a column {columns.level_column} of each")  # fmt: skip


def _feature(row: MapRow, columns: Columns) -> Feature:
    values = row.values
    code = text_of(values, columns.code)
    parent = None if columns.parent is None else text_of(values, columns.parent)
    if columns.above:
        last = columns.above[-1]
        parent = last.code_prefix + (text_of(values, last.code) or "")
    elif parent is not None:
        parent = columns.parent_prefix + parent
    level = columns.level or text_of(values, columns.level_column)
    named = None if code is None else columns.code_prefix + code
    return {
        "type": "Feature",
        "properties": {
            "code": named, "level": level, "parent": parent,
            **_names(values, columns.name_zh, columns.name_en, named),
            **_people(values, columns.people),
            **_owner(values, columns),
        },
        "geometry": row.geometry,
    }  # fmt: skip


def _names(
    values: dict[str, Any], zh: str | None, en: str | None, otherwise: str | None
) -> dict[str, str | None]:
    name_zh = None if zh is None else text_of(values, zh)
    name_en = None if en is None else text_of(values, en)
    return {
        "name_zh": name_zh or name_en or otherwise,
        "name_en": name_en or name_zh or otherwise,
    }


def _people(values: dict[str, Any], column: str | None) -> dict[str, Any]:
    """How many people a place holds, where a column says so; what is no number the node refuses."""
    told = None if column is None else text_of(values, column)
    if told is None:
        return {}
    return {"people": int(told) if told.isascii() and told.isdigit() else told}


def _owner(values: dict[str, Any], columns: Columns) -> dict[str, str]:
    """Whose a station is, where its row or the whole file says so."""
    told = None if columns.body is None else text_of(values, columns.body)
    body = told or columns.of_body
    return {} if body is None else {"body": body}


def text_of(values: Mapping[str, Any], column: str) -> str | None:
    """A value as text; None where there is none. A whole number has no point."""
    value = values.get(column)
    return None if value is None else str(value).strip() or None


def _wrong(features: Sequence[Feature], columns: Columns) -> Iterator[BadRow]:
    """Rows that do not fit what the node takes, by the node's own rules."""
    needed = {"code": columns.code, "level": columns.level_column}
    for row, one in enumerate(features, 1):
        try:
            FeatureIn.model_validate(one)
        except ValidationError as error:
            if lacking := [name for name in needed if one["properties"][name] is None]:
                column = needed[lacking[0]]
                yield BadRow(row, "field_missing", f"has nothing in the column {column}")
                continue
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            detail = f"{where}: {first['msg']}"[:_DETAIL_CHARACTERS_MAX]
            yield BadRow(row, "invalid", detail)


def _above(
    rows: Sequence[MapRow], features: Sequence[Feature], columns: Columns, outline: float
) -> tuple[list[Feature], list[BadRow]]:
    """The areas that stand in columns only, and rows that contradict others about them."""
    found: dict[str, Feature] = {}
    members: dict[str, list[Any]] = {}
    wrong: list[BadRow] = []
    for number, (row, feature) in enumerate(zip(rows, features, strict=True), 1):
        parent: str | None = None
        for level in columns.above:
            area = _area_above(row, level, parent)
            code = area["properties"]["code"]
            known = found.setdefault(code, area)
            if known["properties"] != area["properties"]:
                wrong.append(BadRow(number, "contradiction", f"says otherwise of {code}"))
            if level.has_shape:
                members.setdefault(code, []).append(feature["geometry"])
            parent = code
    for code, shapes in members.items():
        found[code]["geometry"] = _together(shapes, outline)
    return list(found.values()), wrong


def _area_above(row: MapRow, level: Above, parent: str | None) -> Feature:
    code = level.code_prefix + (text_of(row.values, level.code) or "")
    names = _names(row.values, level.name_zh, level.name_en, code)
    told = {"code": code, "level": level.level, "parent": parent, **names}
    return {"type": "Feature", "properties": told, "geometry": None}


def _together(shapes: Sequence[Any], outline: float) -> dict[str, Any] | None:
    """The ground of several shapes; None where one is missing or cannot be joined.

    Whatever is wrong with one is told of its own row by the node.
    """
    try:
        joined = shapely.simplify(shapely.union_all([shape(one) for one in shapes]), outline)
    except (ShapelyError, ValueError, TypeError, AttributeError, KeyError):
        return None
    return None if joined.is_empty else dict(mapping(joined))
