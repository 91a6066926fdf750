"""An immutable index of areas: which one holds a point, which is nearest when none does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from beaconfire_spatial.geometry import LonLat, box_around, distance_m

NEAR_M_MAX: Final = 50_000.0
"""Farther than this nobody asks which of two areas is nearer, and a plane is none any more."""
WIDE_MIN: Final = 1e-3
"""At the poles a degree of longitude is nothing."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest area and how far away its edge is, in metres."""

    code: str
    distance_m: float


class AreaIndex:
    """Areas by code over shapely's STRtree; sorted by code, so that the lowest is met first."""

    def __init__(self, codes: Sequence[str], shapes: Sequence[BaseGeometry]) -> None:
        """Codes and shapes belong together by place; ValueError when they do not."""
        if len(codes) != len(shapes) or len(set(codes)) != len(codes):
            raise ValueError("one shape a code, and each code once")
        order = sorted(range(len(codes)), key=lambda place: codes[place])
        self._codes = [codes[place] for place in order]
        self._shapes = np.array([shapes[place] for place in order], dtype=object)
        shapely.prepare(self._shapes)
        self._tree = STRtree(self._shapes)

    def __len__(self) -> int:
        """How many areas there are."""
        return len(self._codes)

    @property
    def codes(self) -> Sequence[str]:
        """The codes of all areas, lowest first."""
        return self._codes

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all areas; no numbers where there are none."""
        west, south, east, north = shapely.total_bounds(self._shapes).tolist()
        return west, south, east, north

    def points_inside(self) -> np.ndarray:
        """A point within each area, as rows of degrees in the order of `codes`."""
        return shapely.get_coordinates(shapely.point_on_surface(self._shapes))

    def find(self, point: LonLat) -> str | None:
        """The code of the area at a point; on a shared edge the lowest code; None outside all."""
        found = self._tree.query(shapely.Point(point.lon, point.lat), predicate="intersects")
        return self._codes[int(found.min())] if len(found) else None

    def find_many(self, lons: np.ndarray, lats: np.ndarray) -> list[str | None]:
        """`find` for arrays of degrees of the same length."""
        points = np.asarray(shapely.points(lons, lats))
        asked, found = self._tree.query(points, predicate="intersects")
        lowest = np.full(len(points), len(self._codes))
        np.minimum.at(lowest, asked, found)
        return [self._codes[place] if place < len(self._codes) else None for place in lowest]

    def touching(self, shape: BaseGeometry) -> list[str]:
        """Codes of the areas that a shape lies in or touches, lowest first."""
        found = self._tree.query(shape, predicate="intersects")
        return [self._codes[place] for place in np.sort(found).tolist()]

    def nearest(self, point: LonLat) -> Nearest | None:
        """The area whose edge is nearest in metres, of equal ones the lowest code; None when there
        are no areas.
        """
        if not self._codes:
            return None
        first = int(self._tree.query_nearest(shapely.Point(point.lon, point.lat))[0])
        places, far_m = np.array([first]), self._metres(point, first)
        if far_m <= NEAR_M_MAX:  # what is nearest in degrees bounds what is nearest in metres
            places = np.sort(self._tree.query(box_around(point, far_m), predicate="intersects"))
        away = [(self._metres(point, place), place) for place in places.tolist()]
        least_m, place = min([*away, (far_m, first)])
        return Nearest(self._codes[place], least_m)

    def within(self, point: LonLat, radius_m: float) -> list[str]:
        """Codes of the areas that a circle touches, lowest first."""
        found = self._tree.query(box_around(point, radius_m), predicate="intersects")
        return [
            self._codes[place]
            for place in np.sort(found).tolist()
            if self._metres(point, place) <= radius_m
        ]

    def _metres(self, point: LonLat, place: int) -> float:
        """How far an area's edge is: its nearest point is looked for where degrees are metres."""
        wide = max(float(np.cos(np.radians(point.lat))), WIDE_MIN)
        shape = self._shapes[place]
        if shape.intersects(shapely.Point(point.lon, point.lat)):
            return 0.0
        shrunk = shapely.transform(shape, lambda lonlat: lonlat * (wide, 1.0))
        edge = shapely.shortest_line(shapely.Point(point.lon * wide, point.lat), shrunk)
        lon, lat = shapely.get_coordinates(edge)[-1]
        return distance_m(point, LonLat(float(lon) / wide, float(lat)))
