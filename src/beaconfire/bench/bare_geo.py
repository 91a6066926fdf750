"""The limits of `geo`: shapely's STRtree asked point by point, and for many points at once."""

from collections.abc import Callable, Sequence

import numpy as np
import shapely


def bare_tree(shapes: Sequence[shapely.Geometry]) -> Callable[[float, float], np.ndarray]:
    """Which shapes a point meets."""
    tree = _tree(shapes)
    return lambda lon, lat: tree.query(shapely.Point(lon, lat), predicate="intersects")


def bare_tree_in_bulk(
    shapes: Sequence[shapely.Geometry],
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Pairs of a point's place and a shape's place, for arrays of degrees."""
    tree = _tree(shapes)
    return lambda lons, lats: tree.query(
        np.asarray(shapely.points(lons, lats)), predicate="intersects"
    )


def _tree(shapes: Sequence[shapely.Geometry]) -> shapely.STRtree:
    prepared = np.array(shapes, dtype=object)
    shapely.prepare(prepared)
    return shapely.STRtree(prepared)
