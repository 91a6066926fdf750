"""Fences: circles in metres as rings of degrees, and how far outside an area positions lie."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely

from beaconfire_spatial.geometry import BadGeometry, LonLat, metres_per_degree
from beaconfire_spatial.plane import DEGREES_KEPT, Plane, middle_of

CIRCLE_CORNERS: Final = 72
"""Of a circle's ring; it lies at most 0.1 % of the radius inside the circle."""
LAT_MAX: Final = 85.0
"""Degrees; nearer to a pole a flat map is none, and nobody is sent."""


def circle_ring(centre: LonLat, radius_m: float) -> tuple[LonLat, ...]:
    """The ring of a circle, its last point as the first; BadGeometry across the antimeridian.

    >>> len(circle_ring(LonLat(174.76, -36.85), 300.0))
    73
    """
    per_lon, per_lat = metres_per_degree(centre.lat)
    if abs(centre.lat) + radius_m / per_lat > LAT_MAX:
        raise BadGeometry(f"a circle lies within {LAT_MAX:.0f} degrees of the equator")
    if abs(centre.lon) + radius_m / per_lon > 180:
        raise BadGeometry("a circle does not cross the antimeridian: draw a zone on either side")
    angles = [2 * math.pi * nth / CIRCLE_CORNERS for nth in range(CIRCLE_CORNERS)]
    corners = [
        LonLat(
            round(centre.lon + radius_m * math.cos(one) / per_lon, DEGREES_KEPT),
            round(centre.lat + radius_m * math.sin(one) / per_lat, DEGREES_KEPT),
        )
        for one in angles
    ]
    return (*corners, corners[0])


class Fence:
    """An area and a strip of metres around it, over which it reaches."""

    def __init__(self, ring: Sequence[LonLat], reach_m: float) -> None:
        """`ring` has its last point as the first."""
        lons, lats = np.array([(one.lon, one.lat) for one in ring]).T
        self._plane = Plane(middle_of(lons, lats))
        self._area = shapely.Polygon(self._plane.metres(lons, lats))
        self._reach_m = reach_m
        self._degrees = (lons.min(), lats.min(), lons.max(), lats.max())
        shapely.prepare(self._area)

    def box(self, margin_m: float) -> tuple[float, float, float, float]:
        """West, south, east, north of what it reaches, and a margin of metres around that."""
        west, south, east, north = (float(one) for one in self._degrees)
        per_lon, per_lat = metres_per_degree(max(abs(south), abs(north)))
        wide = self._reach_m + margin_m
        across = wide / max(per_lon, 1.0)
        return west - across, south - wide / per_lat, east + across, north + wide / per_lat

    def outside_m(self, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
        """How many metres outside its reach each position lies; 0 within.

        Most of those that are asked about stay inside, which is told without measuring how far.
        """
        places = self._plane.metres(lons, lats)
        beyond = ~shapely.intersects_xy(self._area, places[:, 0], places[:, 1])
        outside_m = np.zeros(len(places))
        points = shapely.points(places[beyond])
        outside_m[beyond] = shapely.distance(self._area, points) - self._reach_m
        return np.maximum(outside_m, 0.0)
