"""Whether areas lie where they can lie: within their parents' bounds, near the grid, axes in order.

Bounds alone are compared: that costs the same for every shape, and finds what is grossly wrong.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from beaconfire_contracts.refusals import Invalid
from beaconfire_geo.domain.layers import Area, DraftArea, wrong_row
from beaconfire_spatial.geometry import metres_per_degree

ROUNDING_DEG: Final = 1e-6
"""A tenth of a metre: shapes of two sources are rounded differently."""

NEAR_M: Final = 50_000.0
"""So far outside the grid a neighbour's station or hospital may still count. A wrong system puts a
map further off: a zone of UTM is six degrees, and 0, 0 lies in the sea."""
LAT_MAX: Final = 89.0
"""Nearer to a pole so many metres are every longitude."""
TURNS_DEG: Final = (0.0, 360.0, -360.0)
"""What is near over the antimeridian is near."""

Box = np.ndarray
"""West, south, east, north; all NaN where there is no shape."""
NOWHERE_YET: Final[Box] = np.full(4, np.nan)


class OutsideParent(Invalid):
    """An area lies wholly outside the bounds of its parent."""


class OutsideGrid(Invalid):
    """A zone, or an area of a map on the grid, lies more than 50 km outside the grid's bounds."""


class SwappedAxes(Invalid):
    """An area would lie where it belongs if longitude and latitude changed places."""


@dataclass(frozen=True, slots=True)
class _Home:
    """Where an area belongs; what it is when it lies elsewhere, and None where it may move."""

    box: Box
    kind: type[Invalid] | None
    place: str


def misplaced(
    drafts: Sequence[DraftArea],
    whole: Sequence[DraftArea],
    in_force: Sequence[Area],
    ground: Box = NOWHERE_YET,
    on_ground: Collection[str] = (),
) -> Iterator[Invalid]:
    """Rows outside their parents, tops far from the ground, and what is there only if swapped.

    `ground` are the bounds of the grid in force, near which all tops of the levels `on_ground` lie.
    Divisions and cells make the ground, so they may move: they, and all before there is a ground,
    are held against their own map in force, and only for their axes.
    """
    shapes = np.array([one.geometry for one in whole], dtype=object)
    boxes = dict(zip((one.code for one in whole), shapely.bounds(shapes), strict=True))
    around = bounds_of(in_force)
    free = _Home(ground if np.isnan(around).any() else around, None, "")
    top = free if np.isnan(ground).any() else _near(ground)
    for row, draft in enumerate(drafts):
        if draft.parent is not None:
            home = _Home(boxes.get(draft.parent, NOWHERE_YET), OutsideParent, draft.parent)
        else:
            home = top if draft.level in on_ground else free
        if (wrong := _wrong(boxes[draft.code], home)) is not None:
            kind, where = wrong
            yield wrong_row(kind, row, draft.code, f"{draft.code} {where}", "/geometry")


def refuse_far(box: Box, ground: Box, pointer: str) -> None:
    """Refuse what lies nowhere near the ground, or there only if its axes are swapped.

    Before there is a ground anything goes.
    """
    if (wrong := _wrong(box, _near(ground))) is not None:
        kind, where = wrong
        raise kind(f"it {where}", pointer=pointer)


def _near(ground: Box) -> _Home:
    return _Home(_widened(ground), OutsideGrid, f"the grid by more than {NEAR_M / 1000:.0f} km")


def _wrong(box: Box, home: _Home) -> tuple[type[Invalid], str] | None:
    """What is wrong with where an area lies, or nothing."""
    if np.isnan(box).any() or np.isnan(home.box).any() or _touch(box, home.box):
        return None
    if _touch(box[[1, 0, 3, 2]], home.box):
        return SwappedAxes, "belongs where it would lie with its axes swapped"
    return None if home.kind is None else (home.kind, f"lies outside {home.place}")


def bounds_of(areas: Sequence[Area]) -> Box:
    """The bounds of all areas that have a shape."""
    shapes = np.array([one.geometry for one in areas], dtype=object)
    return shapely.total_bounds(shapes) if len(shapes) else NOWHERE_YET


def _widened(box: Box) -> Box:
    """The same with everything around it that is near."""
    per_lon, per_lat = metres_per_degree(min(LAT_MAX, float(np.abs(box[[1, 3]]).max())))
    lon, lat = NEAR_M / per_lon, NEAR_M / per_lat
    return box + np.array([-lon, -lat, lon, lat])


def _touch(one: Box, other: Box) -> bool:
    return any(_meet(one + np.array([turn, 0, turn, 0]), other) for turn in TURNS_DEG)


def _meet(one: Box, other: Box) -> bool:
    apart = (one[:2] > other[2:] + ROUNDING_DEG) | (other[:2] > one[2:] + ROUNDING_DEG)
    return not bool(apart.any())
