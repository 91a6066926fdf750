"""Coverage to be drawn: who reaches which ground first within a target, and the gaps, as shapes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

NOBODY: Final = -1
DECIMALS: Final = 6
"""Of a degree: a tenth of a metre, far below what a cell's edge is worth on a map."""


@dataclass(frozen=True, slots=True)
class CoverArea:
    """The cells that one stand reaches first, in one shape; `row` is `NOBODY` for the gaps."""

    row: int
    cells: int
    share: float
    shape: BaseGeometry


def cover_areas(
    seconds: np.ndarray,
    shapes: Sequence[BaseGeometry],
    weights: np.ndarray,
    *,
    within_s: float,
) -> list[CoverArea]:
    """Shapes by who is there first, the gaps last; `seconds` is stands (rows) by cells (columns).

    Of stands that reach a cell at the same second the first counts. Shares are of all weights.

    >>> cells = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(2, 0, 3, 1)]
    >>> seconds = np.array([[100, 200, 900], [300, 200, 900]])
    >>> found = cover_areas(seconds, cells, np.ones(3), within_s=480)
    >>> [(one.row, one.cells, one.shape.bounds) for one in found]
    [(0, 2, (0.0, 0.0, 2.0, 1.0)), (-1, 1, (2.0, 0.0, 3.0, 1.0))]
    """
    if seconds.shape[1] != len(shapes) or len(shapes) != len(weights):
        raise ValueError("one column of seconds, one shape and one weight a cell")
    first = np.full(len(shapes), NOBODY)
    if len(seconds):
        reached = seconds.min(axis=0) <= within_s
        first[reached] = np.argmin(seconds, axis=0)[reached]
    whole, every = float(weights.sum()), np.asarray(shapes, dtype=object)
    found: list[CoverArea] = []
    for row in sorted(set(first.tolist()), key=lambda one: (one == NOBODY, one)):
        mine = first == row
        share = float(weights[mine].sum()) / whole if whole > 0 else 0.0
        found.append(CoverArea(row, int(mine.sum()), share, joined(every[mine])))
    return found


def joined(shapes: np.ndarray) -> BaseGeometry:
    """Neighbouring cells as one shape, without the corners in between that turn nowhere."""
    whole = shapely.simplify(shapely.union_all(shapes), 10.0**-DECIMALS)
    return shapely.transform(whole, lambda corners: np.round(corners, DECIMALS))
