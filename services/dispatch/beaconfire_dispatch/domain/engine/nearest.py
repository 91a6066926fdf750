"""Matching where there are too many pairs to price: each slot's nearest able units alone.

A sparse matrix of those pairs and one column for each slot that stays open, matched by the shortest
augmenting paths of Jonker and Volgenant (1987); thousands of slots and units in a tenth of the
time of the whole matrix.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from beaconfire_dispatch.domain.engine.pricing import (
    FAR_S,
    IMPOSSIBLE,
    PINNED,
    price_pairs,
    step_of,
    unmet_of,
)
from beaconfire_dispatch.domain.engine.state import Situation, Slot

NEAREST: Final = 60
"""Able units that a line is matched to first: more than any line of a surge was seen to need."""
WIDER: Final = 4
"""Times as many where that left somebody without: once."""
Pairs = dict[int, int]
Line = tuple[str, str, tuple[str, ...]]


def match_nearest(situation: Situation) -> tuple[Pairs, bool]:
    """The pairs of least cost among the nearest, and whether all able units were looked at."""
    most = NEAREST
    while True:
        rows, columns, has_more = _candidates(situation, most)
        pairs = _matched(situation, rows, columns)
        open_slots = has_more[[row for row in range(len(has_more)) if row not in pairs]]
        if most > NEAREST or not open_slots.any():
            return pairs, not has_more.any()
        most *= WIDER


def greedily(situation: Situation) -> Pairs:
    """The most urgent and oldest first, each with the cheapest that is left."""
    slots = situation.slots
    order = sorted(range(len(slots)), key=lambda row: (slots[row].priority, -slots[row].elapsed_s))
    taken = np.zeros(len(situation.units), dtype=bool)
    columns = np.arange(len(situation.units))
    found: Pairs = {}
    for row in order:
        prices = price_pairs(situation, np.array([row]), columns)
        prices[taken] = IMPOSSIBLE
        cheapest = int(np.argmin(prices))
        if prices[cheapest] < IMPOSSIBLE:
            found[row] = cheapest
            taken[cheapest] = True
        if taken.all():
            break
    return found


def _candidates(situation: Situation, most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of a slot and one of its nearest able units, and which slots have more than those.

    Slots of one line have the same; whoever is under way to a slot or kept for its incident is
    always among them.
    """
    lines: dict[Line, int] = {}
    of_slot = np.array([lines.setdefault(_line(one), len(lines)) for one in situation.slots])
    first = np.array([int(np.argmax(of_slot == line)) for line in range(len(lines))])
    able = _able(situation, first)
    far = np.where(able, situation.road_s.T[first], np.inf)
    few = min(most, far.shape[1])
    near = np.argpartition(far, few - 1, axis=1)[:, :few]
    rows = np.repeat(np.arange(len(of_slot)), few)
    columns = near[of_slot].ravel()
    held = _kept_pairs(situation)
    both = np.unique(np.concatenate((rows * len(situation.units) + columns, held)).astype(np.int64))
    more = (far < FAR_S).sum(axis=1) > few
    return both // len(situation.units), both % len(situation.units), more[of_slot]


def _line(slot: Slot) -> Line:
    return (slot.incident_id, slot.capability, slot.alternatives)


def _able(situation: Situation, slots: Sequence[int] | np.ndarray) -> np.ndarray:
    """Which unit can fill which of some slots: asked once for each kind of line."""
    kinds: dict[tuple[str, tuple[str, ...]], np.ndarray] = {}
    found: list[np.ndarray] = []
    for row in slots:
        slot = situation.slots[row]
        kind = (slot.capability, slot.alternatives)
        if kind not in kinds:
            kinds[kind] = np.array([step_of(slot, unit) >= 0 for unit in situation.units])
        found.append(kinds[kind])
    return np.array(found)


def _kept_pairs(situation: Situation) -> np.ndarray:
    """Slots and units that belong together already, as one number a pair."""
    place = {unit.unit_id: column for column, unit in enumerate(situation.units)}
    pinned: dict[str, list[int]] = {}
    for column, unit in enumerate(situation.units):
        if unit.pinned_to is not None:
            pinned.setdefault(unit.pinned_to, []).append(column)
    found: list[int] = []
    for row, slot in enumerate(situation.slots):
        own = [place[slot.held_by]] if slot.held_by in place else []
        found += [
            row * len(situation.units) + one for one in [*own, *pinned.get(slot.incident_id, [])]
        ]
    return np.array(found, dtype=np.int64)


def _matched(situation: Situation, rows: np.ndarray, columns: np.ndarray) -> Pairs:
    prices = price_pairs(situation, rows, columns)
    possible = prices < IMPOSSIBLE
    rows, columns, prices = rows[possible], columns[possible], prices[possible]
    many, units = len(situation.slots), len(situation.units)
    every = np.arange(many)
    weights = np.concatenate((prices, unmet_of(situation.slots))) + PINNED + 1
    matrix = csr_array(
        (weights.astype(np.float64),
         (np.concatenate((rows, every)), np.concatenate((columns, units + every)))),
        shape=(many, units + many),
    )  # fmt: skip
    found = min_weight_full_bipartite_matching(matrix)
    return {int(row): int(column) for row, column in zip(*found, strict=True) if column < units}
