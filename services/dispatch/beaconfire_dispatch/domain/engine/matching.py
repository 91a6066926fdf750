"""Joint matching: all open slots to all free units at least cost (`dispatch.md` §1, §4).

Costs are whole numbers, ties go to the earlier arrival, then to who was sent longest ago, then to
the lower id, so that the same picture always gives the same answer.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot

WEIGHT: Final = {1: 2.0, 2: 1.2, 3: 0.6, 4: 0.3}
"""By priority; an unmet slot of a higher one always costs more than any of a lower."""
MINUTES_FACTOR: Final = 0.15
LATENESS_SCALE_S: Final = 25.0
UNMET_FACTOR: Final = 1_000.0
OVER_QUALIFIED: Final = 0.02
"""A unit that can do more than is asked costs a little for each thing it is not asked."""
WHOLE: Final = 1_000_000
FAR_S: Final = 7_200.0
"""Nobody is proposed who would drive for two hours."""
_IMPOSSIBLE: Final = 10**15


@dataclass(frozen=True, slots=True)
class Terms:
    """What one unit for one slot costs, term by term (代价分项)."""

    eta_s: float
    minutes: float
    lateness: float
    over_qualified: float

    @property
    def total(self) -> float:
        """All terms together."""
        return self.minutes + self.lateness + self.over_qualified


def terms(slot: Slot, unit: Free, road_s: float) -> Terms:
    """The price of this unit for this slot: minutes on the way, lateness, wasted ability."""
    eta_s = unit.mobilise_s + road_s
    weight = WEIGHT[slot.priority]
    late = (slot.elapsed_s + eta_s - slot.target_s) / LATENESS_SCALE_S
    sigmoid = 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, late))))
    extra = len(unit.capabilities) - 1
    return Terms(
        eta_s, weight * MINUTES_FACTOR * eta_s / 60.0, weight * sigmoid, OVER_QUALIFIED * extra
    )


def costs(situation: Situation) -> np.ndarray:
    """Whole costs, slots by units; impossible pairs far above every other price."""
    found = np.full((len(situation.slots), len(situation.units)), _IMPOSSIBLE, dtype=np.int64)
    order = sorted(
        range(len(situation.units)),
        key=lambda place: (
            -situation.units[place].idle_since_s, situation.units[place].unit_id,
        ),
    )  # fmt: skip
    rank = {place: number for number, place in enumerate(order)}
    for row, slot in enumerate(situation.slots):
        for column, unit in enumerate(situation.units):
            road_s = float(situation.road_s[column, row])
            if slot.capability in unit.capabilities and road_s < FAR_S:
                price = terms(slot, unit, road_s).total
                found[row, column] = round(price * WHOLE) * 1_000 + rank[column] % 1_000
    return found


def match(situation: Situation, prices: np.ndarray | None = None) -> dict[int, int]:
    """Slot place → unit place at least total cost; slots that nobody can fill are left out."""
    slots, units = len(situation.slots), len(situation.units)
    if not slots or not units:
        return {}
    real = costs(situation) if prices is None else prices
    unmet = np.full((slots, slots), _IMPOSSIBLE, dtype=np.int64)
    for row, slot in enumerate(situation.slots):
        unmet[row, row] = round(WEIGHT[slot.priority] * UNMET_FACTOR * WHOLE) * 1_000
    rows, columns = linear_sum_assignment(np.hstack((real, unmet)).astype(np.float64))
    return {
        int(row): int(column)
        for row, column in zip(rows, columns, strict=True)
        if column < units and real[row, column] < _IMPOSSIBLE
    }
