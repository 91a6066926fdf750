"""Joint matching: all open slots to all free units at least cost.

Costs are whole numbers, ties go to the earlier arrival, then to who was sent longest ago, then to
the lower id, so that the same picture always gives the same answer.
"""

import math
from collections.abc import Sequence
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
SWITCH: Final = 0.1
"""What it costs to turn a unit round for no more urgent a slot, or to stand one down for a better
placed one: crews and callers were told."""
WHOLE: Final = 1_000_000
FAR_S: Final = 7_200.0
"""Nobody is proposed who would drive for two hours."""
IMPOSSIBLE: Final = 10**15


@dataclass(frozen=True, slots=True)
class Terms:
    """What one unit for one slot costs, term by term (代价分项)."""

    eta_s: float
    minutes: float
    lateness: float
    over_qualified: float
    switch: float = 0.0

    @property
    def total(self) -> float:
        """All terms together."""
        return self.minutes + self.lateness + self.over_qualified + self.switch


def terms(slot: Slot, unit: Free, road_s: float) -> Terms:
    """The price of this unit for this slot: minutes on the way, lateness, wasted ability."""
    eta_s = unit.mobilise_s + road_s
    weight = WEIGHT[slot.priority]
    late = (slot.elapsed_s + eta_s - slot.target_s) / LATENESS_SCALE_S
    sigmoid = 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, late))))
    extra = len(unit.capabilities) - 1
    return Terms(
        eta_s,
        weight * MINUTES_FACTOR * eta_s / 60.0,
        weight * sigmoid,
        OVER_QUALIFIED * extra,
        _switch_of(slot, unit),
    )


def _switch_of(slot: Slot, unit: Free) -> float:
    """The price of turning round for one pair."""
    if slot.held_by == unit.unit_id:
        return 0.0
    is_taken = unit.answering is not None and unit.answering <= slot.priority
    return SWITCH if is_taken or slot.held_by is not None else 0.0


def costs(situation: Situation) -> np.ndarray:
    """Whole costs, slots by units: `terms` for all pairs at once, then who was sent longest ago.

    Impossible pairs are IMPOSSIBLE, far above every other price.
    """
    slots, units = situation.slots, situation.units
    if not slots or not units:
        return np.full((len(slots), len(units)), IMPOSSIBLE, dtype=np.int64)
    road_s = situation.road_s.T
    eta_s = np.array([unit.mobilise_s for unit in units]) + road_s
    weight = np.array([WEIGHT[slot.priority] for slot in slots])[:, None]
    spent_s = np.array([slot.elapsed_s - slot.target_s for slot in slots])[:, None]
    late = np.clip((spent_s + eta_s) / LATENESS_SCALE_S, -60.0, 60.0)
    extra = np.array([len(unit.capabilities) - 1 for unit in units])
    total = weight * (MINUTES_FACTOR * eta_s / 60.0 + 1.0 / (1.0 + np.exp(-late)))
    total += OVER_QUALIFIED * extra + _switch(slots, units)
    whole = np.rint(total * WHOLE) * 1_000 + _ranks(units) % 1_000
    possible = _able(slots, units) & (road_s < FAR_S) & _may_turn(slots, units)
    return np.where(possible, whole, IMPOSSIBLE).astype(np.int64)


def _ranks(units: Sequence[Free]) -> np.ndarray:
    """The place of each unit when who was sent longest ago comes first, then the lower id."""
    order = sorted(
        range(len(units)), key=lambda one: (-units[one].idle_since_s, units[one].unit_id)
    )
    ranks = np.empty(len(units))
    ranks[order] = np.arange(len(units))
    return ranks


def _switch(slots: Sequence[Slot], units: Sequence[Free]) -> np.ndarray:
    """What it costs to turn a unit round, or to stand one down, for all pairs."""
    is_held = np.array([one.held_by is not None for one in slots])[:, None]
    answering = _answering(units)
    is_taken = (answering > 0) & (answering <= _urgency(slots))
    turns = (is_taken | is_held) & ~_own(slots, units)
    return np.where(turns, SWITCH, 0.0)


def _may_turn(slots: Sequence[Slot], units: Sequence[Free]) -> np.ndarray:
    """Who is under way may be sent to what is as urgent or more, unless it is bound."""
    answering = _answering(units)
    may_divert = np.array([one.may_divert for one in slots])[:, None]
    is_bound = np.array([one.is_bound for one in units])
    may_be_taken = may_divert & (_urgency(slots) <= answering) & ~is_bound
    return (answering == 0) | may_be_taken | _own(slots, units)


def _own(slots: Sequence[Slot], units: Sequence[Free]) -> np.ndarray:
    """Which unit is under way to which slot."""
    place = {unit.unit_id: column for column, unit in enumerate(units)}
    own = np.zeros((len(slots), len(units)), dtype=bool)
    for row, slot in enumerate(slots):
        if slot.held_by is not None and slot.held_by in place:
            own[row, place[slot.held_by]] = True
    return own


def _urgency(slots: Sequence[Slot]) -> np.ndarray:
    return np.array([slot.priority for slot in slots])[:, None]


def _answering(units: Sequence[Free]) -> np.ndarray:
    return np.array([one.answering or 0 for one in units])


def _able(slots: Sequence[Slot], units: Sequence[Free]) -> np.ndarray:
    """Which unit can do what a slot asks for."""
    rows = {
        name: np.array([name in unit.capabilities for unit in units])
        for name in {slot.capability for slot in slots}
    }
    return np.array([rows[slot.capability] for slot in slots])


def match(situation: Situation, prices: np.ndarray | None = None) -> dict[int, int]:
    """Slot place → unit place at least total cost; slots that nobody can fill are left out.

    An unmet slot costs UNMET_FACTOR, so each pair is worth what it saves of that; an impossible
    pair saves nothing. The optimum over pairs alone is then the optimum with unmet slots, without a
    column for each of them (Crouse, 2016, for rectangular matrices).
    """
    if not situation.slots or not situation.units:
        return {}
    real = costs(situation) if prices is None else prices
    unmet = np.array([_unmet(slot) for slot in situation.slots], dtype=np.int64)[:, None]
    saved = np.where(real < IMPOSSIBLE, real - unmet, 0).astype(np.float64)
    rows, columns = linear_sum_assignment(saved)
    return {
        int(row): int(column)
        for row, column in zip(rows, columns, strict=True)
        if real[row, column] < IMPOSSIBLE
    }


def _unmet(slot: Slot) -> int:
    return round(WEIGHT[slot.priority] * UNMET_FACTOR * WHOLE) * 1_000
