"""Whether areas lie where they can lie: within their parents' bounds, with their axes in order.

Bounds alone are compared: that costs the same for every shape, and finds what is grossly wrong.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import shapely

from beaconfire_contracts.refusals import Invalid
from beaconfire_geo.domain.layers import Area, DraftArea, wrong_row

ROUNDING_DEG: Final = 1e-6
"""A tenth of a metre: shapes of two sources are rounded differently."""

Box = np.ndarray
"""West, south, east, north; all NaN where there is no shape."""
NOWHERE_YET: Final[Box] = np.full(4, np.nan)


class OutsideParent(Invalid):
    """An area lies wholly outside the bounds of its parent."""


class SwappedAxes(Invalid):
    """An area would lie where it belongs if longitude and latitude changed places."""


def misplaced(
    drafts: Sequence[DraftArea],
    whole: Sequence[DraftArea],
    in_force: Sequence[Area],
    ground: Box = NOWHERE_YET,
) -> Iterator[Invalid]:
    """Rows outside their parents, and tops that lie nowhere near the map in force but swapped.

    The first map of a layer is held against `ground`, the bounds of the grid: all kinds lie on it.
    """
    shapes = np.array([one.geometry for one in whole], dtype=object)
    boxes = dict(zip((one.code for one in whole), shapely.bounds(shapes), strict=True))
    around = bounds_of(in_force)
    everything = ground if np.isnan(around).any() else around
    for row, draft in enumerate(drafts):
        box = boxes[draft.code]
        home = everything if draft.parent is None else boxes.get(draft.parent)
        if home is None or np.isnan(box).any() or np.isnan(home).any() or _touch(box, home):
            continue
        if _touch(box[[1, 0, 3, 2]], home):
            detail = f"{draft.code} belongs where it would lie with its axes swapped"
            yield wrong_row(SwappedAxes, row, draft.code, detail, "/geometry")
        elif draft.parent is not None:
            detail = f"{draft.code} lies outside {draft.parent}"
            yield wrong_row(OutsideParent, row, draft.code, detail, "/geometry")


def bounds_of(areas: Sequence[Area]) -> Box:
    """The bounds of all areas that have a shape."""
    shapes = np.array([one.geometry for one in areas], dtype=object)
    return shapely.total_bounds(shapes) if len(shapes) else NOWHERE_YET


def _touch(one: Box, other: Box) -> bool:
    apart = (one[:2] > other[2:] + ROUNDING_DEG) | (other[:2] > one[2:] + ROUNDING_DEG)
    return not bool(apart.any())
