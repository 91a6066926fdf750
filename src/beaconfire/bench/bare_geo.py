"""The limit of `geo`: shapely's STRtree asked point by point."""

from collections.abc import Callable, Sequence

import numpy as np
import shapely


def bare_tree(shapes: Sequence[shapely.Geometry]) -> Callable[[float, float], np.ndarray]:
    """Which shapes a point meets."""
    prepared = np.array(shapes, dtype=object)
    shapely.prepare(prepared)
    tree = shapely.STRtree(prepared)
    return lambda lon, lat: tree.query(shapely.Point(lon, lat), predicate="intersects")
