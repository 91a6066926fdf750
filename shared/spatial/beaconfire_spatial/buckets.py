"""Spatial buckets: the squares whose locks a report takes before it looks for duplicates.

A bucket is 0.02 degrees of latitude high (2.2 km) and as many degrees of longitude wide as make it
about square, so a match circle of up to one kilometre touches four buckets at most.
"""

import math
from typing import Final

from beaconfire_spatial.geometry import LonLat, metres_per_degree

HEIGHT_DEG: Final = 0.02
BUCKETS_MAX: Final = 4


def buckets_of(point: LonLat, radius_m: float) -> tuple[str, ...] | None:
    """Names of the buckets that a circle touches, sorted; None when it touches more than four."""
    _, per_lat = metres_per_degree(point.lat)
    reach = radius_m / per_lat
    rows = range(_row(point.lat - reach), _row(point.lat + reach) + 1)
    if len(rows) > BUCKETS_MAX:
        return None
    names: set[str] = set()
    for row in rows:
        columns = _columns(point, radius_m, row)
        if columns is None or len(names) + len(columns) > BUCKETS_MAX:
            return None
        names.update(f"b{row}:{column}" for column in columns)
    return tuple(sorted(names))


def _row(lat: float) -> int:
    return math.floor((max(-90.0, min(90.0, lat)) + 90.0) / HEIGHT_DEG)


def _columns(point: LonLat, radius_m: float, row: int) -> list[int] | None:
    """The columns of a row that the circle's box spans, wrapped at the antimeridian."""
    middle = (row + 0.5) * HEIGHT_DEG - 90.0
    count = max(1, round(360.0 * math.cos(math.radians(middle)) / HEIGHT_DEG))
    width = 360.0 / count
    per_lon, _ = metres_per_degree(min(89.0, abs(point.lat)))
    reach = radius_m / per_lon
    first = math.floor((point.lon + 180.0 - reach) / width)
    last = math.floor((point.lon + 180.0 + reach) / width)
    if last - first + 1 > BUCKETS_MAX:
        return None
    return sorted({column % count for column in range(first, last + 1)})
