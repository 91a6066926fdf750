"""Points, distances and polygons in WGS 84; polygons of others are read with limits (R65)."""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.validation import explain_validity

EARTH_RADIUS_M: Final = 6_371_008.8
"""Mean radius (IUGG 1980); within 0.5 % of the ellipsoid everywhere."""
VERTICES_MAX: Final = 10_000
RINGS_MAX: Final = 100
DECIMALS_KEPT: Final = 7
"""A seventh decimal is a centimetre; more is noise."""
VALID: Final = "Valid Geometry"
"""How GEOS says that nothing is wrong; asking for the reason alone costs half of asking twice."""
HALF_ROUND: Final = 180.0
"""Degrees; a longer edge means the shorter way, over the antimeridian (RFC 7946 §3.1.9)."""


Convert = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Coordinates of another system to degrees of WGS 84; BadGeometry for what is none of it."""


class BadGeometry(ValueError):  # noqa: N818  (told to people as it is)
    """A shape that cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class LonLat:
    """A point in WGS 84 degrees, longitude first; refuses what lies on no globe."""

    lon: float
    lat: float

    def __post_init__(self) -> None:
        """Finite and within ±180 and ±90."""
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            hint = ": axes swapped?" if abs(self.lon) <= 90 < abs(self.lat) <= 180 else ""
            raise BadGeometry(f"({self.lon}, {self.lat}) is no longitude and latitude{hint}")


def distance_m(one: LonLat, other: LonLat) -> float:
    """Great-circle distance in metres (haversine)."""
    lat0, lat1 = math.radians(one.lat), math.radians(other.lat)
    half_lat = math.sin((lat1 - lat0) / 2)
    half_lon = math.sin(math.radians(other.lon - one.lon) / 2)
    chord = half_lat**2 + math.cos(lat0) * math.cos(lat1) * half_lon**2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Metres in one degree of longitude and of latitude at a latitude."""
    per_lat = math.radians(EARTH_RADIUS_M)
    return per_lat * math.cos(math.radians(lat)), per_lat


def point_from_geojson(value: Any, convert: Convert | None = None) -> Point:
    """A Point of RFC 7946; BadGeometry with the reason for anything else."""
    if not isinstance(value, dict) or value.get("type") != "Point":
        raise BadGeometry("only a Point is a place")
    return Point(_degrees([value.get("coordinates")], convert)[0])


def polygon_from_geojson(value: Any, convert: Convert | None = None) -> Polygon | MultiPolygon:
    """A Polygon or MultiPolygon of RFC 7946; BadGeometry with the reason for anything else.

    At most 10,000 vertices and 100 rings, closed, finite, valid; nothing is ever made valid, since
    that may take minutes on an outside shape. `convert` is for shapes of another system.
    """
    if not isinstance(value, dict) or value.get("type") not in ("Polygon", "MultiPolygon"):
        raise BadGeometry("only Polygon and MultiPolygon are areas")
    parts = value.get("coordinates")
    polygons = [parts] if value["type"] == "Polygon" else parts
    if not isinstance(polygons, list) or not polygons:
        raise BadGeometry("coordinates are missing")
    budget = _Budget(convert)
    shapes = [_polygon(rings, budget) for rings in polygons]
    shape = shapes[0] if value["type"] == "Polygon" else MultiPolygon(shapes)
    if _is_flat(shape):
        raise BadGeometry("the area is empty")
    reason = explain_validity(shape)
    if reason != VALID:
        raise BadGeometry(reason[:100])
    return shape


def _is_flat(shape: Polygon | MultiPolygon) -> bool:
    """A line or a point; halves of a bow tie, or a hole that lies outside, only cancel out."""
    return shape.area == 0 and shape.convex_hull.area == 0


@dataclass(slots=True)
class _Budget:
    """What a shape may still cost, and how its coordinates are read."""

    convert: Convert | None
    vertices: int = VERTICES_MAX
    rings: int = RINGS_MAX

    def spend(self, vertices: int) -> None:
        self.vertices -= vertices
        self.rings -= 1
        if self.vertices < 0:
            raise BadGeometry(f"more than {VERTICES_MAX} vertices")
        if self.rings < 0:
            raise BadGeometry(f"more than {RINGS_MAX} rings")


def _polygon(rings: Any, budget: _Budget) -> Polygon:
    if not isinstance(rings, list) or not rings:
        raise BadGeometry("a polygon has at least one ring")
    shell, *holes = [shapely.linearrings(_ring(ring, budget)) for ring in rings]
    return Polygon(shell, holes)


def _ring(ring: Any, budget: _Budget) -> np.ndarray:
    if not isinstance(ring, list) or len(ring) < 4:
        raise BadGeometry("a ring has at least four positions")
    budget.spend(len(ring))
    points = _degrees(ring, budget.convert)
    if (points[0] != points[-1]).any():
        raise BadGeometry("a ring ends where it begins")
    if np.abs(np.diff(points[:, 0])).max() > HALF_ROUND:
        raise BadGeometry("an edge is longer than 180 degrees: split the area at the antimeridian")
    return points


def _degrees(positions: list[Any], convert: Convert | None) -> np.ndarray:
    """Positions as rows of longitude and latitude; whole rings at once, since maps are large."""
    if any(not isinstance(one, list) or len(one) < 2 for one in positions):
        raise BadGeometry("a position is [longitude, latitude]")
    if not set(map(type, chain.from_iterable(positions))) <= {int, float}:
        raise BadGeometry("a position holds numbers")
    told = np.array([one[:2] for one in positions], dtype=float)
    size = np.abs(told)
    if ((size > 0) & (size < sys.float_info.min)).any():
        raise BadGeometry("too small for a number of degrees")
    if convert is not None:
        if not np.isfinite(told).all():
            raise BadGeometry("a position holds finite numbers")
        told = np.column_stack(convert(told[:, 0], told[:, 1]))
    fits = (np.abs(told) <= (180.0, 90.0)).all(axis=1)  # also False for what is no number
    if not fits.all():
        lon, lat = told[int(np.argmin(fits))].tolist()
        LonLat(lon, lat)  # says what is wrong with it
    return np.round(told, DECIMALS_KEPT)


class Bounds(NamedTuple):
    """A box of degrees; it may reach past ±180 and ±90."""

    west: float
    south: float
    east: float
    north: float


def bounds_around(point: LonLat, radius_m: float) -> Bounds:
    """The degrees that hold a circle of metres; near the poles they are all longitudes."""
    per_lon, per_lat = metres_per_degree(point.lat)
    reach_lon = 180.0 if per_lon < 1 else min(180.0, radius_m / per_lon)
    reach_lat = radius_m / per_lat
    return Bounds(
        point.lon - reach_lon, point.lat - reach_lat, point.lon + reach_lon, point.lat + reach_lat
    )


def box_around(point: LonLat, radius_m: float) -> Polygon:
    """The same as a shape."""
    return shapely.box(*bounds_around(point, radius_m))
