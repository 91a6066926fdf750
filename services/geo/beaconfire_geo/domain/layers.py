"""A layer: a released, immutable version of a map of areas, each with a path of codes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from shapely.geometry.base import BaseGeometry

from beaconfire_contracts.refusals import Invalid

LEVELS_MAX: Final = 12
AREAS_MAX: Final = 250_000
"""A mega-city has about 100,000 grid cells; the index holds them in memory."""


class UnknownParent(Invalid):
    """An area's parent is not in the same layer."""


class DoubleCode(Invalid):
    """Two areas of a layer have the same code."""


class ParentCircle(Invalid):
    """An area lies below itself, or deeper than twelve levels."""


@dataclass(frozen=True, slots=True)
class DraftArea:
    """One area as imported: its code, its level, its parent's code, its names and its shape."""

    code: str
    level: str
    parent: str | None
    name_zh: str
    name_en: str
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Area:
    """One area of a released layer, with the path of codes from the top down to it."""

    code: str
    level: str
    path: str
    name_zh: str
    name_en: str
    geometry: BaseGeometry


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


def with_paths(drafts: Iterable[DraftArea]) -> list[Area]:
    """The areas with their paths, parents first; refuses double codes, circles, lost parents."""
    by_code: dict[str, DraftArea] = {}
    for number, draft in enumerate(drafts):
        if draft.code in by_code:
            raise DoubleCode(f"{draft.code} stands twice", pointer=f"/features/{number}")
        by_code[draft.code] = draft
    paths = {code: _path(code, by_code) for code in by_code}
    ordered = sorted(by_code.values(), key=lambda draft: (paths[draft.code].count("."), draft.code))
    return [
        Area(one.code, one.level, paths[one.code], one.name_zh, one.name_en, one.geometry)
        for one in ordered
    ]


def _path(code: str, by_code: Mapping[str, DraftArea]) -> str:
    codes: list[str] = []
    at: str | None = code
    while at is not None:
        if at in codes or len(codes) >= LEVELS_MAX:
            raise ParentCircle(f"{code} has no end upwards")
        draft = by_code.get(at)
        if draft is None:
            raise UnknownParent(f"{codes[-1]} names the parent {at}")
        codes.append(at)
        at = draft.parent
    return ".".join(reversed(codes))
