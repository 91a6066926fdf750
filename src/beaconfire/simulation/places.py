"""Where a scene may play: two places of the city, so far apart and clear of all that is open.

A caller near an open incident would be taken for one more of its callers, as they should be.
"""

from collections.abc import Sequence
from itertools import permutations
from statistics import median
from typing import Final

from beaconfire.simulation.chance import draw
from beaconfire_spatial.geometry import LonLat, distance_m

AROUND_M: Final = 5_000.0
"""Scenes play near the middle of the city, where the map is looked at."""
LOOKED_AT_MAX: Final = 160
"""So many places of the city are looked at: enough to choose from, done in milliseconds."""
CLEAR_M: Final = 1_500.0
"""Reports this far from each other are never taken for the same."""


class NoPlace(ValueError):  # noqa: N818  (told to people as it is)
    """The city has no two such places."""


def two_places(
    known: Sequence[LonLat], busy: Sequence[LonLat], *, least_m: float, most_m: float
) -> tuple[LonLat, LonLat]:
    """Two known places within a distance of each other, both clear of what is busy.

    Where the whole city is busy, the two that are furthest from it.
    """
    best: tuple[float, tuple[LonLat, LonLat]] | None = None
    near = [(one, _clearance_m(one, busy)) for one in _central(known)]
    for (one, one_m), (other, other_m) in permutations(near, 2):
        clear_m = min(one_m, other_m)
        if best is not None and clear_m <= best[0]:
            continue
        if least_m <= distance_m(one, other) <= most_m:
            best = (clear_m, (one, other))
            if clear_m >= CLEAR_M:
                break
    if best is None:
        raise NoPlace(f"no two known places are {least_m:.0f} to {most_m:.0f} m apart")
    return best[1]


def _clearance_m(place: LonLat, busy: Sequence[LonLat]) -> float:
    """How far the nearest busy place is; beyond what is clear it does not matter."""
    return min((distance_m(place, one) for one in busy), default=CLEAR_M)


def _central(known: Sequence[LonLat]) -> list[LonLat]:
    """Places near the middle, in an order of chance that repeats."""
    if not known:
        return []
    middle = LonLat(median(one.lon for one in known), median(one.lat for one in known))
    inside = {one for one in known if distance_m(one, middle) <= AROUND_M}
    order = sorted(inside, key=lambda one: draw(f"{one.lon:.5f}", f"{one.lat:.5f}"))
    return order[:LOOKED_AT_MAX]
