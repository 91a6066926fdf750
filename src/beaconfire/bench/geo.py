"""Section `geo`: cells of points in the demo city, one by one and in bulk, against an STRtree; and
its roads weighed anew when some of them are closed, against the library alone.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import shapely

from beaconfire.bench.bare_geo import bare_tree, bare_tree_in_bulk
from beaconfire.bench.bare_roads import bare_customisation
from beaconfire.bench.measure import in_turn
from beaconfire.bench.report import Comparison
from beaconfire.demo.city import City, load_city
from beaconfire_spatial.area_index import AreaIndex
from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_network import RoadNetwork
from beaconfire_spatial.routing_cch import CchTravelTimes

GATE: Final = 2.0
BULK_GATE: Final = 1.5
N: Final = 20_000
BULK_N: Final = 1_000_000
"""The calls of a large city in a year: what an analyst counts by cell."""
CITY: Final = "auckland"
CLOSING_GATE: Final = 3.0
"""Of the library's own work: closed junctions are no way in any more, and weights are rounded."""
CLOSING_ASKED_MS: Final = 50.0
"""On a quiet machine; told beside the ratio and not judged, since machines differ."""
CLOSED_ARCS: Final = 200
"""A flooded quarter."""
CLOSINGS_N: Final = 5
"""Times that roads are closed in a round."""


async def measure(
    city: City | None = None, *, n: int = N, bulk_n: int = BULK_N, roads: RoadNetwork | None = None
) -> list[Comparison]:
    """Microseconds a point, among some twelve thousand cells; seconds for all points in bulk;
    milliseconds until the times follow a closure, in both modes.
    """
    city = city or load_city(CITY)
    areas = city.areas
    cells = [one for one in areas if one.level == "cell"]
    shapes = [
        shapely.from_geojson(shapely.to_geojson(shapely.geometry.shape(one.geometry)))
        for one in cells
    ]
    index = AreaIndex([one.code for one in cells], shapes)
    one_by_one = await _one_by_one(
        index, {one.code: f"{one.parent}.{one.code}" for one in cells}, shapes, n
    )
    closing = await _closing(roads or RoadNetwork.from_bytes(city.roads))
    return [one_by_one, await _in_bulk(index, shapes, bulk_n), *closing]


async def _closing(network: RoadNetwork) -> list[Comparison]:
    """Some arcs closed, others each time."""
    times, weigh = CchTravelTimes(network), bare_customisation(network)
    chance = np.random.default_rng(1)
    weights = {
        mode: np.rint(network.seconds(mode) * 1_000).astype(np.uint32)
        for mode in ("lights", "regular")
    }

    async def bare() -> float:
        began = time.perf_counter()
        for _ in range(CLOSINGS_N):
            weigh(weights)
        return (time.perf_counter() - began) / CLOSINGS_N * 1e3

    async def ours() -> float:
        taken_s = 0.0
        for _ in range(CLOSINGS_N):
            factors = np.ones(network.arc_count)
            factors[chance.integers(0, network.arc_count, CLOSED_ARCS)] = np.inf
            began = time.perf_counter()
            times.under(factors)
            taken_s += time.perf_counter() - began
        return taken_s / CLOSINGS_N * 1e3

    limits, figures = await in_turn(bare, ours)
    asked = tuple(CLOSING_ASKED_MS for _ in figures)
    unit, n = "ms to follow a closure", network.node_count
    return [
        Comparison("geo", unit, limits, figures, CLOSING_GATE, more_is_better=False, n=n),
        Comparison("geo", f"{unit}, asked for", asked, figures, None, more_is_better=False, n=n),
    ]


async def _one_by_one(
    index: AreaIndex, paths: dict[str, str], shapes: Sequence[shapely.Geometry], n: int
) -> Comparison:
    """As a report comes in: one point, its cell and path."""
    find_bare = bare_tree(shapes)
    points = _points(shapes, n)

    def find(lon: float, lat: float) -> str | None:
        code = index.find(LonLat(lon, lat))
        return None if code is None else paths[code]

    async def bare() -> float:
        return _microseconds(find_bare, points)

    async def ours() -> float:
        return _microseconds(find, points)

    limits, figures = await in_turn(bare, ours)
    return Comparison("geo", "µs a point", limits, figures, GATE, more_is_better=False, n=n)


async def _in_bulk(index: AreaIndex, shapes: Sequence[shapely.Geometry], n: int) -> Comparison:
    """As calls are counted by cell: arrays of degrees in, a code for each point out."""
    find_bare = bare_tree_in_bulk(shapes)
    lons, lats = np.array(_points(shapes, n)).T.copy()

    async def bare() -> float:
        return _seconds(find_bare, lons, lats)

    async def ours() -> float:
        return _seconds(index.find_many, lons, lats)

    limits, figures = await in_turn(bare, ours)
    unit = "s for all points in bulk"
    return Comparison("geo", unit, limits, figures, BULK_GATE, more_is_better=False, n=n)


def _points(shapes: Sequence[shapely.Geometry], n: int) -> list[tuple[float, float]]:
    """Points all over the city, the same ones in each run."""
    west, south, east, north = shapely.total_bounds(shapes)
    drawn = random.Random(1)  # noqa: S311  (the same places each time, not a secret)
    return [(drawn.uniform(west, east), drawn.uniform(south, north)) for _ in range(n)]


def _microseconds(
    find: Callable[[float, float], object], points: list[tuple[float, float]]
) -> float:
    began = time.perf_counter()
    for lon, lat in points:
        find(lon, lat)
    return (time.perf_counter() - began) / len(points) * 1e6


def _seconds(
    find: Callable[[np.ndarray, np.ndarray], object], lons: np.ndarray, lats: np.ndarray
) -> float:
    began = time.perf_counter()
    find(lons, lats)
    return time.perf_counter() - began
