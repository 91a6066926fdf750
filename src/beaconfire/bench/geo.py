"""Section `geo`: a point's cell and path in the demo city's grid against a bare STRtree query."""

import random
import time
from collections.abc import Callable, Sequence
from typing import Final

import shapely

from beaconfire.bench.bare_geo import bare_tree
from beaconfire.bench.measure import in_turn
from beaconfire.bench.report import Comparison
from beaconfire.demo.city import City, load_city
from beaconfire_spatial.area_index import AreaIndex
from beaconfire_spatial.geometry import LonLat

GATE: Final = 2.0
N: Final = 20_000
CITY: Final = "auckland"


async def measure(city: City | None = None, *, n: int = N) -> list[Comparison]:
    """Microseconds a point, among some twelve thousand cells."""
    areas = (city or load_city(CITY)).areas
    cells = [one for one in areas if one.level == "cell"]
    shapes = [
        shapely.from_geojson(shapely.to_geojson(shapely.geometry.shape(one.geometry)))
        for one in cells
    ]
    index = AreaIndex([one.code for one in cells], shapes)
    paths = {one.code: f"{one.parent}.{one.code}" for one in cells}
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
    return [Comparison("geo", "µs a point", limits, figures, GATE, more_is_better=False, n=n)]


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
