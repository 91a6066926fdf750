"""What a release would change: areas added, removed, moved, redrawn, renamed."""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from beaconfire_geo.domain.layers import Area
from beaconfire_spatial.geometry import LonLat, distance_m


@dataclass(frozen=True, slots=True)
class AreaRenamed:
    """An area that would have other names (更名)."""

    code: str
    was_zh: str
    was_en: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class AreaMoved:
    """An area that would lie below another parent (改隶)."""

    code: str
    was: str
    path: str


@dataclass(frozen=True, slots=True)
class AreaRedrawn:
    """An area that would have another shape, its middle so many metres away (边界变更)."""

    code: str
    moved_m: float | None


@dataclass(frozen=True, slots=True)
class LayerChanges:
    """All that a release would change, by code (图层变更)."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[AreaMoved, ...]
    redrawn: tuple[AreaRedrawn, ...]
    renamed: tuple[AreaRenamed, ...]
    unchanged: int


def changes_between(before: Sequence[Area], after: Sequence[Area]) -> LayerChanges:
    """What one map has that another has not."""
    old = {one.code: one for one in before}
    new = {one.code: one for one in after}
    both = [(old[code], new[code]) for code in sorted(old.keys() & new.keys())]
    moved = tuple(AreaMoved(a.code, a.path, b.path) for a, b in both if a.path != b.path)
    redrawn = tuple(AreaRedrawn(a.code, _moved_m(a, b)) for a, b in both if not _is_same(a, b))
    renamed = tuple(
        AreaRenamed(a.code, a.name_zh, a.name_en, b.name_zh, b.name_en)
        for a, b in both
        if (a.name_zh, a.name_en) != (b.name_zh, b.name_en)
    )
    touched = {one.code for one in (*moved, *redrawn, *renamed)}
    touched |= {a.code for a, b in both if (a.people, a.body) != (b.people, b.body)}
    return LayerChanges(
        tuple(sorted(new.keys() - old.keys())),
        tuple(sorted(old.keys() - new.keys())),
        moved,
        redrawn,
        renamed,
        len(both) - len(touched),
    )


def _is_same(one: Area, other: Area) -> bool:
    if one.geometry is None or other.geometry is None:
        return one.geometry is other.geometry
    return bool(shapely.equals_exact(one.geometry, other.geometry))


def _moved_m(one: Area, other: Area) -> float | None:
    if one.geometry is None or other.geometry is None:
        return None
    a, b = one.geometry.centroid, other.geometry.centroid
    return round(distance_m(LonLat(a.x, a.y), LonLat(b.x, b.y)), 1)
