"""Areas of one level beside each other: where two overlap, and what nobody covers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

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


def overlaps(shapes: Sequence[BaseGeometry]) -> list[Overlap]:
    """Pairs that claim the same ground, largest first; edges and noise are no overlaps."""
    held = np.array(shapes, dtype=object)
    one, other = STRtree(held).query(held, predicate="intersects")
    pairs = one < other
    one, other = one[pairs], other[pairs]
    shared = shapely.intersection(held[one], held[other])
    found = [
        Overlap(int(a), int(b), round(area_m2, 1), at.x, at.y)
        for a, b, shape in zip(one, other, shared, strict=True)
        if (area_m2 := _area_m2(shape)) > NOISE_M2
        for at in (shape.representative_point(),)
    ]
    return sorted(found, key=lambda each: -each.area_m2)


def gaps(shapes: Sequence[BaseGeometry], parent: BaseGeometry | None) -> list[Gap]:
    """What no sibling covers of their parent, or, where it has no shape, among themselves."""
    covered = shapely.union_all(np.array(shapes, dtype=object))
    if parent is not None:
        open_ground = shapely.get_parts(shapely.difference(parent, covered))
    else:
        rings = [ring for part in shapely.get_parts(covered) for ring in part.interiors]
        open_ground = [Polygon(ring) for ring in rings]
    found = [
        Gap(round(area_m2, 1), at.x, at.y)
        for shape in open_ground
        if (area_m2 := _area_m2(shape)) > NOISE_M2
        for at in (shape.representative_point(),)
    ]
    return sorted(found, key=lambda each: -each.area_m2)


def _area_m2(shape: BaseGeometry) -> float:
    if shape.is_empty:
        return 0.0
    per_lon, per_lat = metres_per_degree(shape.bounds[1])
    return shape.area * per_lon * per_lat
