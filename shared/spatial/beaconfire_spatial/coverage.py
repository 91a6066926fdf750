"""Coverage: which share of the demand is reached within a target, by whom, and where by nobody.

Demand stands in cells with weights (calls, people, or one each); the seconds come from
`reach.Reach.matrix` or from any other matrix of travel times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from beaconfire_spatial.geometry import LonLat

ANY: Final = "*"
"""The capability that every unit has."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A unit where it stands, and what it can do."""

    name: str
    at: LonLat
    capabilities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DemandCell:
    """A cell, the area it is counted in, and how much demand it has."""

    code: str
    area: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class AreaCoverage:
    """How much of an area's demand is reached, and the cells that are not, heaviest first."""

    area: str
    weight: float
    share: float
    uncovered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StandCoverage:
    """What one unit carries: the demand it reaches first, and what nobody else would reach."""

    name: str
    first_share: float
    alone_share: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the units of one capability reach within the target; shares are of all the demand."""

    capability: str
    share: float
    areas: tuple[AreaCoverage, ...]
    stands: tuple[StandCoverage, ...]


def coverage(
    seconds: np.ndarray, *, stands: Sequence[Stand], cells: Sequence[DemandCell], within_s: float
) -> list[Coverage]:
    """One coverage a capability, `*` first; `seconds` is stands (rows) by cells (columns).

    Of units that reach a cell at the same second the first named counts as first.

    >>> at = LonLat(174.76, -36.85)
    >>> stands = [Stand("A1", at, frozenset({"als"})), Stand("A2", at)]
    >>> cells = [DemandCell("c1", "d1", 3), DemandCell("c2", "d1", 1)]
    >>> both, als = coverage(
    ...     np.array([[100, 900], [200, 300]]), stands=stands, cells=cells, within_s=480)
    >>> both.share, als.capability, als.share, als.areas[0].uncovered
    (1.0, 'als', 0.75, ('c2',))
    >>> [(one.name, one.first_share, one.alone_share) for one in both.stands]
    [('A1', 0.75, 0.0), ('A2', 0.25, 0.25)]
    """
    if seconds.shape != (len(stands), len(cells)):
        raise ValueError(f"{seconds.shape} seconds for {len(stands)} stands, {len(cells)} cells")
    weights = np.array([one.weight for one in cells], dtype=np.float64)
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise ValueError("a weight is a number, 0 or more")
    capabilities = sorted({kind for one in stands for kind in one.capabilities})
    reached = np.asarray(seconds <= within_s)
    found: list[Coverage] = []
    for kind in (ANY, *capabilities):
        able = [row for row, one in enumerate(stands) if kind in (ANY, *one.capabilities)]
        by_whom = _by_whom([stands[row] for row in able], seconds[able], reached[able], weights)
        covered = np.asarray(reached[able].any(axis=0))
        areas = _by_area(cells, weights, covered)
        found.append(Coverage(kind, _share(weights, covered), areas, by_whom))
    return found


def _by_whom(
    stands: Sequence[Stand], seconds: np.ndarray, reached: np.ndarray, weights: np.ndarray
) -> tuple[StandCoverage, ...]:
    if not stands:
        return ()
    first = np.where(reached.any(axis=0), np.argmin(seconds, axis=0), -1)
    alone = reached.sum(axis=0) == 1
    return tuple(
        StandCoverage(
            one.name, _share(weights, first == row), _share(weights, reached[row] & alone)
        )
        for row, one in enumerate(stands)
    )


def _by_area(
    cells: Sequence[DemandCell], weights: np.ndarray, covered: np.ndarray
) -> tuple[AreaCoverage, ...]:
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        places.setdefault(cell.area, []).append(place)
    found: list[AreaCoverage] = []
    for area in sorted(places):
        at = np.array(places[area])
        left = sorted(at[~covered[at]], key=lambda place: (-weights[place], cells[place].code))
        codes = tuple(cells[place].code for place in left)
        weight = float(weights[at].sum())
        found.append(AreaCoverage(area, weight, _share(weights[at], covered[at]), codes))
    return tuple(found)


def _share(weights: np.ndarray, chosen: np.ndarray) -> float:
    """Where there is no demand nothing is missed."""
    whole = float(weights.sum())
    return float(weights[chosen].sum()) / whole if whole > 0 else 1.0
