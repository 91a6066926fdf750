"""Areas beside each other: where two overlap, what leaves its parent, and what nobody covers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from beaconfire_spatial.geometry import metres_per_degree

NOISE_M2: Final = 100.0
"""Less than a building plot: where two were digitised apart, their edges differ by so much."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two areas, by their place among the siblings, and how much of the ground both claim."""

    one: int
    other: int
    area_m2: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Ground that nobody covers, with a point in it."""

    area_m2: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Outside:
    """An area, by its place among the children, and what of it lies outside its parent.

    `share` is that part of the whole area, 1.0 where all of it does.
    """

    one: int
    area_m2: float
    share: float
    lon: float
    lat: float


def ill_fitting(shapes: Sequence[BaseGeometry]) -> np.ndarray:
    """Which areas do not fit edge to edge with those beside them, as booleans.

    Of two that claim the same ground at least one is among them: what crosses an edge or lies
    within another is told of all areas at once, and costs no piece of any intersection.
    """
    edges = shapely.coverage_invalid_edges(np.array(shapes, dtype=object))
    return ~(shapely.is_missing(edges) | shapely.is_empty(edges))


def overlaps(shapes: Sequence[BaseGeometry], unfit: np.ndarray | None = None) -> list[Overlap]:
    """Pairs that claim the same ground, largest first; edges and noise are no overlaps.

    `unfit`: what `ill_fitting` said of the same shapes.
    """
    held = np.array(shapes, dtype=object)
    unfit = ill_fitting(shapes) if unfit is None else unfit
    one, other = STRtree(held).query(held)
    pairs = (one < other) & (unfit[one] | unfit[other])
    one, other = one[pairs], other[pairs]
    pairs = _shared_box_m2(held[one], held[other]) > NOISE_M2
    one, other = one[pairs], other[pairs]
    shared = shapely.intersection(held[one], held[other])
    return [
        Overlap(int(one[place]), int(other[place]), area_m2, lon, lat)
        for place, area_m2, lon, lat in _more_than_noise(shared)
    ]


def outside(children: Sequence[BaseGeometry], parents: Sequence[BaseGeometry]) -> list[Outside]:
    """What of each child lies outside the parent at the same place, largest first."""
    held, homes = np.array(children, dtype=object), np.array(parents, dtype=object)
    shapely.prepare(homes)
    apart = np.flatnonzero(~shapely.covers(homes, held))
    left_over = shapely.difference(held[apart], homes[apart])
    wholes = shapely.area(held[apart])
    shares = shapely.area(left_over) / wholes
    return [
        Outside(int(apart[place]), area_m2, round(min(1.0, float(shares[place])), 4), lon, lat)
        for place, area_m2, lon, lat in _more_than_noise(left_over)
    ]


def gaps(
    shapes: Sequence[BaseGeometry], parent: BaseGeometry | None, *, fit: bool = False
) -> list[Gap]:
    """What no sibling covers of their parent, or, where it has no shape, among themselves.

    `fit`: none of them is `ill_fitting`, which makes it cheap to dissolve them.
    """
    held = np.array(shapes, dtype=object)
    covered: Any = shapely.coverage_union_all(held) if fit else shapely.union_all(held)
    if parent is not None:
        open_ground = shapely.get_parts(shapely.difference(parent, covered))
    else:
        rings = [ring for part in shapely.get_parts(covered) for ring in part.interiors]
        open_ground = np.array([Polygon(ring) for ring in rings], dtype=object)
    return [Gap(area_m2, lon, lat) for _, area_m2, lon, lat in _more_than_noise(open_ground)]


def _shared_box_m2(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """At most so much ground can two areas share: that of their bounds."""
    a, b = shapely.bounds(one), shapely.bounds(other)
    low, high = np.maximum(a[:, :2], b[:, :2]), np.minimum(a[:, 2:], b[:, 2:])
    return np.prod((high - low).clip(0), axis=1) * _m2_per_degree(low[:, 1])


def _more_than_noise(shapes: np.ndarray) -> list[tuple[int, float, float, float]]:
    """Place, square metres and a point of each shape that is more than noise, largest first."""
    south = shapely.bounds(shapes)[:, 1] if len(shapes) else np.zeros(0)
    areas_m2 = shapely.area(shapes) * _m2_per_degree(np.nan_to_num(south))
    told = np.flatnonzero(areas_m2 > NOISE_M2)
    points = shapely.get_coordinates(shapely.point_on_surface(shapes[told]))
    found = [
        (int(place), round(float(areas_m2[place]), 1), float(lon), float(lat))
        for place, (lon, lat) in zip(told, points, strict=True)
    ]
    return sorted(found, key=lambda each: -each[1])


def _m2_per_degree(lat: np.ndarray) -> np.ndarray:
    """Square metres of a square degree, at some latitudes."""
    _, per_lat = metres_per_degree(0.0)
    return per_lat**2 * np.cos(np.radians(lat))
