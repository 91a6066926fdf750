"""Hotspots: cells whose neighbourhood has more (or less) than chance would give, by Getis-Ord Gi*.

The statistic is that of J. K. Ord and A. Getis, Local Spatial Autocorrelation Statistics,
Geographical Analysis 27 (1995), eq. 5, with each cell among its own neighbours; many cells are
asked at once, so what is called significant is held to a false discovery rate (Y. Benjamini and
Y. Hochberg 1995; for local statistics M. Caldas de Castro and B. Singer 2006).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix
from scipy.spatial import KDTree
from scipy.special import ndtr

from beaconfire_spatial.plane import Plane, middle_of

FALSE_DISCOVERIES: Final = 0.05
"""Of the cells that are called hot or cold, the share that may be so by chance."""
NEIGHBOURS_MAX: Final = 500
"""On average; a wider circle is a map of the whole city, and takes memory by the square."""


@dataclass(frozen=True, slots=True)
class Hotspots:
    """By cell: the score, its p value (both sides), the p value held to the rate, and the verdict.

    `verdict` is 1 where it is hot, -1 where it is cold, 0 where chance explains it.
    """

    score: np.ndarray
    p: np.ndarray
    adjusted_p: np.ndarray
    verdict: np.ndarray


def neighbours_within(lons: np.ndarray, lats: np.ndarray, distance_m: float) -> csr_matrix:
    """Which cells lie within a distance of each other (1, else 0), each its own neighbour.

    >>> near = neighbours_within(np.array([174.7, 174.702, 174.8]), np.full(3, -36.9), 250)
    >>> near.toarray().astype(int).tolist()
    [[1, 1, 0], [1, 1, 0], [0, 0, 1]]
    """
    points = Plane(middle_of(lons, lats)).metres(lons, lats)
    tree = KDTree(points)
    if tree.count_neighbors(tree, distance_m) > NEIGHBOURS_MAX * len(points):
        raise ValueError(f"more than {NEIGHBOURS_MAX} neighbours a cell: choose a shorter distance")
    pairs = tree.query_pairs(distance_m, output_type="ndarray")
    itself = np.arange(len(points))
    rows = np.concatenate((pairs[:, 0], pairs[:, 1], itself))
    columns = np.concatenate((pairs[:, 1], pairs[:, 0], itself))
    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(points), len(points)))


def hotspots(
    values: np.ndarray, neighbours: csr_matrix, *, false_discoveries: float = FALSE_DISCOVERIES
) -> Hotspots:
    """Gi* of each cell's value among its neighbours (rows of weights, the cell among them).

    >>> values = np.array([9, 8, 9, *(9 * [1, 0, 1])], dtype=float)
    >>> line = neighbours_within(174.7 + 0.002 * np.arange(30), np.full(30, -36.9), 250)
    >>> np.flatnonzero(hotspots(values, line).verdict).tolist()
    [0, 1, 2]
    """
    values = np.asarray(values, dtype=np.float64)
    cells = len(values)
    if neighbours.get_shape() != (cells, cells) or cells < 2 or not np.isfinite(values).all():
        raise ValueError("one finite value a cell, at least two cells, one row of weights each")
    mean, spread = values.mean(), values.std()
    weights = np.asarray(neighbours.sum(axis=1)).ravel()
    squares = np.asarray(neighbours.multiply(neighbours).sum(axis=1)).ravel()
    variance = np.maximum(cells * squares - weights**2, 0.0) / (cells - 1)
    scale = spread * np.sqrt(variance)
    above = neighbours @ values - mean * weights
    score = np.divide(above, scale, out=np.zeros(cells), where=scale > 1e-12)
    p = 2 * ndtr(-np.abs(score))
    adjusted = held_to_rate(p)
    verdict = np.where(adjusted <= false_discoveries, np.sign(score), 0).astype(np.int8)
    return Hotspots(score, p, adjusted, verdict)


def held_to_rate(p: np.ndarray) -> np.ndarray:
    """P values held to a false discovery rate (Benjamini and Hochberg 1995, procedure 3.1).

    Of scipy.stats this one line would be all that services need, and its import costs every start
    of a process a second; a test holds it to `scipy.stats.false_discovery_control`.

    >>> held_to_rate(np.array([0.03, 0.01, 0.04])).round(3).tolist()
    [0.04, 0.03, 0.04]
    """
    falling = np.argsort(p)[::-1]
    held = np.minimum.accumulate(p[falling] * len(p) / np.arange(len(p), 0, -1))
    adjusted = np.empty(len(p))
    adjusted[falling] = np.minimum(held, 1.0)
    return adjusted
