"""A layer: a released, immutable version of a map of areas, each with a path of codes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, NoReturn

from shapely.geometry.base import BaseGeometry

from beaconfire_contracts.refusals import Invalid
from beaconfire_geo.domain.levels import LEVELS_MAX, Level, Levels

AREAS_MAX: Final = 250_000
"""A mega-city has about 100,000 grid cells; the index holds them in memory."""
ROWS_TOLD_MAX: Final = 100
"""Wrong rows told by one refusal: whoever mends a file needs more than the first, and not all."""


class UnknownParent(Invalid):
    """An area's parent is not in the same layer."""


class DoubleCode(Invalid):
    """Two areas of a layer have the same code."""


class BadCode(Invalid):
    """An area's code has a point, which parts the codes of a path."""


class ParentCircle(Invalid):
    """An area lies below itself, or below one that does."""


class TooDeep(Invalid):
    """An area has 32 areas above it, or more."""


class ParentMissing(Invalid):
    """An area names no parent, and others of this map lie on a higher level than it does."""


class ParentBelow(Invalid):
    """An area's parent is of no higher level than the area itself."""


@dataclass(frozen=True, slots=True)
class DraftArea:
    """One area as imported: its code, its level, its parent's code, its names and its shape.

    `people` is how many it holds, where it is a place for people; `body` the code of the body
    whose it is, where it is a station.
    """

    code: str
    level: str
    parent: str | None
    name_zh: str
    name_en: str
    geometry: BaseGeometry | None
    people: int | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """One area of a released layer, with the path of codes from the top down to it."""

    code: str
    level: str
    path: str
    name_zh: str
    name_en: str
    geometry: BaseGeometry | None
    people: int | None = None
    body: str | None = None

    @property
    def parent(self) -> str | None:
        """The code of the area that it lies in."""
        return (self.path.split(".")[-2:-1] or [None])[0]

    def draft(self) -> DraftArea:
        """The same as if it were imported again."""
        return DraftArea(
            self.code, self.level, self.parent, self.name_zh, self.name_en, self.geometry,
            self.people, self.body,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReleasedLayer:
    """The head of a released version: how many areas, the hash of its content, since when."""

    name: str
    version: int
    areas: int
    sha256: str
    released_at: datetime

    def members(self) -> dict[str, Any]:
        """The fields by name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def refuse_rows(found: Sequence[Invalid], *, rows_not_judged: int = 0) -> NoReturn:
    """Refuse with the first of some refusals, and tell the first hundred beside it.

    `rows_not_judged` are those whose shapes nobody looked at any more.
    """
    first = min(found, key=_row)
    told = [
        {"code": one.code, "detail": one.detail, "pointer": one.pointer, **one.fields}
        for one in sorted(found, key=_row)[:ROWS_TOLD_MAX]
    ]
    more = first.fields | {"rows": told, "rows_wrong": len(found)}
    if rows_not_judged:
        more["rows_not_judged"] = rows_not_judged
    raise type(first)(first.detail, pointer=first.pointer, **more)


def wrong_row(kind: type[Invalid], row: int, code: str, detail: str, member: str = "") -> Invalid:
    """A refusal of one row, with its number from 0, its code and a pointer."""
    return kind(detail, pointer=f"/features/{row}{member}", row=row, area=code)


def with_paths(drafts: Sequence[DraftArea], kept: Iterable[DraftArea] = ()) -> list[Area]:
    """The areas with their paths, parents first; refuses double codes, circles, lost parents."""
    whole = [*drafts, *kept]
    if wrong := list(wrong_in_tree(drafts, whole, None)):
        refuse_rows(wrong)
    return in_order(whole)


def in_order(drafts: Sequence[DraftArea]) -> list[Area]:
    """The areas with their paths, parents first, of a tree in which nothing is wrong."""
    by_code = {one.code: one for one in drafts}
    paths = {code: ".".join(reversed(_upward(code, by_code))) for code in by_code}
    ordered = sorted(by_code.values(), key=lambda draft: (paths[draft.code].count("."), draft.code))
    return [
        Area(
            one.code,
            one.level,
            paths[one.code],
            one.name_zh,
            one.name_en,
            one.geometry,
            one.people,
            one.body,
        )
        for one in ordered
    ]


def wrong_in_tree(
    drafts: Sequence[DraftArea], whole: Sequence[DraftArea], levels: Levels | None
) -> Iterator[Invalid]:
    """What is wrong with each row as a part of the whole tree, in which kept areas come last."""
    by_code: dict[str, DraftArea] = {}
    for row, draft in enumerate(whole):
        if "." in draft.code:
            yield wrong_row(BadCode, row, draft.code, f"{draft.code} has a point")
        if draft.code not in by_code:
            by_code[draft.code] = draft
        elif row < len(drafts):
            yield wrong_row(DoubleCode, row, draft.code, f"{draft.code} stands twice")
        else:
            yield DoubleCode(f"{draft.code} is already there as a {draft.level}", area=draft.code)
    highest = {} if levels is None else levels.highest({one.level for one in whole})
    for row, draft in enumerate(whole):
        wrong = _wrong_top(draft, highest, levels) or _wrong_upward(draft, by_code, levels)
        if wrong is not None and row < len(drafts):
            kind, detail = wrong
            yield wrong_row(kind, row, draft.code, detail, "/properties/parent")
        elif wrong is not None:
            yield wrong[0](f"{draft.code} stays: {wrong[1]}", area=draft.code)


def _wrong_top(
    draft: DraftArea, highest: Mapping[str, Level], levels: Levels | None
) -> tuple[type[Invalid], str] | None:
    """Only areas of the highest level that is there lie in no other.

    Beside a tree any other one would be a root, on which the rights on all that lies in the grid's
    hang. Kinds of other layers (stations in a map of cells) have a highest level of their own.
    """
    if draft.parent is not None or levels is None or not levels.has(draft.level):
        return None
    level = levels.level(draft.level)
    top = highest[levels.layer(level)]
    if level.rank <= top.rank:
        return None
    return ParentMissing, f"{draft.code} is a {draft.level} without a parent beside a {top.code}"


def _wrong_upward(
    draft: DraftArea, by_code: Mapping[str, DraftArea], levels: Levels | None
) -> tuple[type[Invalid], str] | None:
    """What is wrong between an area and the top."""
    if draft.parent is None:
        return None
    above = by_code.get(draft.parent)
    if above is None:
        return UnknownParent, f"{draft.code} names the parent {draft.parent}, which is not there"
    if levels is not None and _is_below(above, draft, levels):
        return ParentBelow, f"{draft.code} is a {draft.level} below a {above.level}"
    way = _upward(draft.code, by_code)
    last = next(reversed(way))
    if by_code[last].parent in way:
        return ParentCircle, f"{draft.code} has no end upwards: {last} lies below itself"
    if len(way) > LEVELS_MAX:
        return TooDeep, f"{draft.code} has {LEVELS_MAX} areas above it, or more"
    return None


def _is_below(above: DraftArea, draft: DraftArea, levels: Levels) -> bool:
    if not (levels.has(above.level) and levels.has(draft.level)):
        return False  # of its own row that is told; what was kept may be of an older list
    return levels.level(above.level).rank >= levels.level(draft.level).rank


def _upward(code: str, by_code: Mapping[str, DraftArea]) -> dict[str, None]:
    """Codes from an area up in their order: each once, and one more than there may be at most."""
    codes: dict[str, None] = {}
    at: str | None = code
    while at is not None and at in by_code and at not in codes and len(codes) <= LEVELS_MAX:
        codes[at] = None
        at = by_code[at].parent
    return codes


def _row(refusal: Invalid) -> int:
    row = refusal.fields.get("row")
    return row if isinstance(row, int) else AREAS_MAX
