"""Isochrones: the ground that is reached from a point within a time, as polygons to draw.

What is drawn is what the roads give: the parts of the roads that are reached, and beside them the
ground that is reached on foot or over yards in the time that is left, 250 m at most. A harbour is
crossed where a bridge is, nowhere else.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.plane import Plane
from beaconfire_spatial.reach import Reach, Reached
from beaconfire_spatial.road_entries import OFF_ROAD_MPS
from beaconfire_spatial.road_network import Mode
from beaconfire_spatial.travel_times import CLASS_SPEED_MPS, DETOUR

OFF_ROAD_M_MAX: Final = 250.0
"""How far beside a reached road ground counts as reached: three in four calls lie that near to a
main road, and across water or a ravine nobody believes more."""
OFF_ROAD_M_MIN: Final = 30.0
"""The width of a road that is reached in the last second, so that it can be seen."""
CLOSED_M: Final = 75.0
"""Gaps narrower than twice this between reached ground are closed: nobody acts on them."""
HOLE_M2: Final = 250_000.0
"""Smaller holes are filled (some 500 m across); larger ones are parks, hills and water."""
SIMPLIFIED_M: Final = 10.0
"""Corners are left out by this much: below what a city map shows, and below OFF_ROAD_M_MIN."""
CHAIN_M: Final = 5.0
"""Roads are straightened by this much before they are widened."""
TOLERANCE_M: Final = OFF_ROAD_M_MAX + CLOSED_M + math.sqrt(HOLE_M2 / math.pi) + SIMPLIFIED_M
"""Nothing is drawn as reached that lies further than this from a road that is: 617 m."""
BANDS_MAX: Final = 5
"""Bands in one picture; more cannot be told apart by colour."""
ARCS_MAX: Final = 150_000
"""Reached arcs of one picture: three seconds of computing; a whole city of a million has 90,000."""
_QUARTER: Final = 4
"""Segments in a quarter of a circle: 2 % short of round."""


class TooFarFromRoads(ValueError):  # noqa: N818  (told to people as it is)
    """The road is not reached from here within the time."""


class TooWide(ValueError):  # noqa: N818  (told to people as it is)
    """More roads are reached than one picture may have."""


@dataclass(frozen=True, slots=True)
class Isochrone:
    """The ground reached within a time: polygons in WGS 84 degrees, and their size."""

    within_s: float
    shape: Polygon | MultiPolygon
    area_km2: float


def isochrones(
    reach: Reach, source: LonLat, within_s: Sequence[float], *, mode: Mode
) -> list[Isochrone]:
    """One isochrone a time, the shortest first, each lying within the next.

    Each holds every reached node and nothing further than TOLERANCE_M from a reached road. Raises
    TooFarFromRoads where the longest time does not lead to a road, TooWide beyond ARCS_MAX.

    >>> from beaconfire_testkit.roads import grid_of_roads
    >>> roads = grid_of_roads(8)
    >>> two, four = isochrones(Reach(roads), roads.point(0), [120, 240], mode="lights")
    >>> two.within_s, round(two.area_km2, 1), round(four.area_km2, 1)
    (120, 1.2, 3.0)
    """
    if not 0 < len(within_s) <= BANDS_MAX:
        raise ValueError(f"from 1 to {BANDS_MAX} times")
    plane = Plane(source)
    reached = reach.from_point(source, within_s=max(within_s), mode=mode)
    if not np.isfinite(reached.seconds).any():
        raise TooFarFromRoads(f"the nearest road is {reached.snap.off_road_m:.0f} m away")
    begun = int(np.isfinite(reached.seconds[reach.network.tail]).sum())
    if begun > ARCS_MAX:
        raise TooWide(f"{begun} roads are reached, {ARCS_MAX} at most: ask for a shorter time")
    found: list[Isochrone] = []
    inner: BaseGeometry = Polygon()
    for limit_s in sorted(set(within_s)):
        inner = shapely.union(inner, _ground(reach, reached, limit_s, plane))
        found.append(_isochrone(limit_s, inner, plane))
    return found


def circles(source: LonLat, within_s: Sequence[float], *, mode: Mode) -> list[Isochrone]:
    """The same before there are roads: circles by `StraightLine`'s speed and detour.

    >>> one, = circles(LonLat(174.76, -36.85), [60], mode="lights")
    >>> round(one.area_km2, 2)
    1.2
    """
    at, plane = shapely.Point(0, 0), Plane(source)
    return [
        _isochrone(limit_s, at.buffer(limit_s * CLASS_SPEED_MPS[mode] / DETOUR), plane)
        for limit_s in sorted(set(within_s))
    ]


def _isochrone(within_s: float, ground: BaseGeometry, plane: Plane) -> Isochrone:
    """In degrees; of what a decimetre's rounding made of it, the parts that are ground."""
    valid = shapely.make_valid(plane.degrees(ground))
    parts = [one for one in _leaves(valid) if isinstance(one, Polygon)]
    shape = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    return Isochrone(within_s, shapely.orient_polygons(shape), round(ground.area / 1e6, 3))


def _leaves(shape: BaseGeometry) -> list[BaseGeometry]:
    """Its parts, also those of its parts."""
    return [leaf for one in shapely.get_parts(shape) for leaf in shapely.get_parts(one)]


def _ground(reach: Reach, reached: Reached, limit_s: float, plane: Plane) -> BaseGeometry:
    """The ground beside the reached roads, its gaps closed, small holes filled, corners few."""
    left_s = limit_s - reached.seconds
    if not (left_s >= 0).any():
        return shapely.Point(0, 0).buffer(min(limit_s * OFF_ROAD_MPS, OFF_ROAD_M_MAX), _QUARTER)
    network = reach.network
    points = plane.metres(network.lon, network.lat)
    wide, narrow, widths = _reached_roads(reach, reached, limit_s, points)
    way_in = shapely.linestrings([(0.0, 0.0), points[reached.snap.node]])
    parts = [
        *shapely.buffer(_chains(wide), OFF_ROAD_M_MAX, quad_segs=_QUARTER),
        *shapely.buffer(narrow, widths, quad_segs=_QUARTER),
        shapely.buffer(way_in, _width(left_s[reached.snap.node]), quad_segs=_QUARTER),
    ]
    ground = shapely.union_all(parts).buffer(CLOSED_M, _QUARTER).buffer(-CLOSED_M, _QUARTER)
    return _without_small_holes(ground).simplify(SIMPLIFIED_M)


def _reached_roads(
    reach: Reach, reached: Reached, limit_s: float, points: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Roads with the full width beside them, roads with less (and how much), cut where time ends.

    An arc is as wide as the time that is left at its far end, or where it is cut.
    """
    network, arcs_s = reach.network, reach.arc_seconds(reached.mode)
    begun = np.flatnonzero(np.isfinite(arcs_s) & (reached.seconds[network.tail] < limit_s))
    tail, head = network.tail[begun], network.head[begun]
    left_s = limit_s - reached.seconds[tail]
    arc_s = np.maximum(arcs_s[begun], 1e-3)
    share = np.minimum(1.0, left_s / arc_s)[:, None]
    ends = points[tail] + (points[head] - points[tail]) * share
    widths = _width(left_s - arc_s)
    full = widths >= OFF_ROAD_M_MAX
    pairs = np.unique(np.sort(np.column_stack((tail[full], head[full])), axis=1), axis=0)
    lines = np.stack((points[tail[~full]], ends[~full]), axis=1)
    whole = np.asarray(shapely.linestrings(points[pairs]))
    return whole, np.asarray(shapely.linestrings(lines)), widths[~full]


def _width(left_s: np.ndarray) -> np.ndarray:
    return np.clip(np.asarray(left_s) * OFF_ROAD_MPS, OFF_ROAD_M_MIN, OFF_ROAD_M_MAX)


def _chains(lines: np.ndarray) -> np.ndarray:
    """Arcs joined to whole streets: a tenth of the pieces to widen, and thus of the time."""
    merged = shapely.line_merge(shapely.multilinestrings(lines))
    return shapely.simplify(shapely.get_parts(merged), CHAIN_M)


def _without_small_holes(ground: BaseGeometry) -> BaseGeometry:
    return shapely.multipolygons(
        [
            Polygon(one.exterior, [hole for hole in one.interiors if Polygon(hole).area > HOLE_M2])
            for one in shapely.get_parts(ground)
        ]
    )
