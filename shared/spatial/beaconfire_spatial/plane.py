"""A flat map around a point, in metres: where shapes are buffered, measured and joined.

Longitudes are shrunk by the cosine of the middle's latitude, which is right to 1 % within 50 km of
it at 40 degrees: enough for what is drawn, and the same ground that the roads' own snapping uses.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from beaconfire_spatial.geometry import LonLat, metres_per_degree

DEGREES_KEPT: Final = 6
"""A sixth decimal is a decimetre: finer than any of these shapes means."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres east and north of a middle.

    >>> plane = Plane(LonLat(174.76, -36.85))
    >>> x, y = plane.metres(np.array([174.77]), np.array([-36.84]))[0]
    >>> round(float(x)), round(float(y))
    (890, 1112)
    """

    middle: LonLat

    def metres(self, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
        """Degrees to metres, one row a point."""
        per_lon, per_lat = metres_per_degree(self.middle.lat)
        return np.column_stack(
            (
                (np.asarray(lons) - self.middle.lon) * per_lon,
                (np.asarray(lats) - self.middle.lat) * per_lat,
            )
        )

    def lonlat(self, east_m: float, north_m: float) -> tuple[float, float]:
        """Metres to degrees, longitude first."""
        per_lon, per_lat = metres_per_degree(self.middle.lat)
        return self.middle.lon + east_m / per_lon, self.middle.lat + north_m / per_lat

    def degrees(self, shape: BaseGeometry) -> BaseGeometry:
        """A shape in metres as one in degrees, six decimals kept."""
        per_lon, per_lat = metres_per_degree(self.middle.lat)

        def back(points: np.ndarray) -> np.ndarray:
            lons = self.middle.lon + points[:, 0] / per_lon
            lats = self.middle.lat + points[:, 1] / per_lat
            return np.round(np.column_stack((lons, lats)), DEGREES_KEPT)

        return shapely.transform(shape, back)


def middle_of(lons: np.ndarray, lats: np.ndarray) -> LonLat:
    """The middle of the box around points: where their plane is laid."""
    lon, lat = (float(one.min() + one.max()) / 2 for one in (np.asarray(lons), np.asarray(lats)))
    return LonLat(lon, lat)
