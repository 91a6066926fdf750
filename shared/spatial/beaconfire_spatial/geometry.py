"""Points, distances and polygons in WGS 84; polygons of others are read with limits (R65)."""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.validation import explain_validity

EARTH_RADIUS_M: Final = 6_371_008.8
"""Mean radius (IUGG 1980); within 0.5 % of the ellipsoid everywhere."""
VERTICES_MAX: Final = 10_000
RINGS_MAX: Final = 100
DECIMALS_KEPT: Final = 7
"""A seventh decimal is a centimetre; more is noise."""
HALF_ROUND: Final = 180.0
"""Degrees; a longer edge means the shorter way, over the antimeridian (RFC 7946 §3.1.9)."""


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
            raise BadGeometry(f"({self.lon}, {self.lat}) is no longitude and latitude")


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


def polygon_from_geojson(value: Any) -> Polygon | MultiPolygon:
    """A Polygon or MultiPolygon of RFC 7946; BadGeometry with the reason for anything else.

    At most 10,000 vertices and 100 rings, closed, finite, valid; nothing is ever made valid, since
    that may take minutes on an outside shape.
    """
    if not isinstance(value, dict) or value.get("type") not in ("Polygon", "MultiPolygon"):
        raise BadGeometry("only Polygon and MultiPolygon are areas")
    parts = value.get("coordinates")
    polygons = [parts] if value["type"] == "Polygon" else parts
    if not isinstance(polygons, list) or not polygons:
        raise BadGeometry("coordinates are missing")
    budget = _Budget()
    shapes = [_polygon(rings, budget) for rings in polygons]
    shape = shapes[0] if value["type"] == "Polygon" else MultiPolygon(shapes)
    if shape.is_empty or shape.area == 0:
        raise BadGeometry("the area is empty")
    if not shape.is_valid:
        raise BadGeometry(explain_validity(shape)[:100])
    return shape


@dataclass(slots=True)
class _Budget:
    """What a shape may still cost."""

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
    shell, *holes = [_ring(ring, budget) for ring in rings]
    return Polygon(shell, holes)


def _ring(ring: Any, budget: _Budget) -> Sequence[tuple[float, float]]:
    if not isinstance(ring, list) or len(ring) < 4:
        raise BadGeometry("a ring has at least four positions")
    budget.spend(len(ring))
    points = [_position(position) for position in ring]
    if points[0] != points[-1]:
        raise BadGeometry("a ring ends where it begins")
    if any(abs(one[0] - other[0]) > HALF_ROUND for one, other in pairwise(points)):
        raise BadGeometry("an edge is longer than 180 degrees: split the area at the antimeridian")
    return points


def _position(position: Any) -> tuple[float, float]:
    if not isinstance(position, list) or len(position) < 2:
        raise BadGeometry("a position is [longitude, latitude]")
    for number in position[:2]:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise BadGeometry("a position holds numbers")
        if 0 < abs(number) < sys.float_info.min:
            raise BadGeometry("too small for a number of degrees")
    point = LonLat(float(position[0]), float(position[1]))
    return round(point.lon, DECIMALS_KEPT), round(point.lat, DECIMALS_KEPT)


def box_around(point: LonLat, radius_m: float) -> Polygon:
    """The box of degrees that holds a circle of metres; near the poles it is all longitudes."""
    per_lon, per_lat = metres_per_degree(point.lat)
    reach_lon = 180.0 if per_lon < 1 else min(180.0, radius_m / per_lon)
    reach_lat = radius_m / per_lat
    return shapely.box(
        point.lon - reach_lon, point.lat - reach_lat, point.lon + reach_lon, point.lat + reach_lat
    )
