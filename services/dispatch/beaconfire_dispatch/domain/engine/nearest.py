"""Matching where there are too many pairs to price: each slot's nearest able units alone.

A sparse matrix of those pairs and one column for each slot that stays open, matched by the shortest
augmenting paths of Jonker and Volgenant (1987); thousands of slots and units in a tenth of the
time of the whole matrix.
"""

from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from beaconfire_dispatch.domain.engine.commanding import Command, commanded
from beaconfire_dispatch.domain.engine.pricing import (
    FAR_S,
    IMPOSSIBLE,
    PINNED,
    price_pairs,
    unmet_of,
)
from beaconfire_dispatch.domain.engine.state import Situation

NEAREST: Final = 60
"""Able units that a line is matched to first: more than any line of a surge was seen to need."""
WIDER: Final = 4
"""Times as many where that left somebody without: once."""
Pairs = dict[int, int]


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
    able: dict[tuple[str, ...], np.ndarray] = {}
    for row in order:
        names = (slots[row].capability, *slots[row].alternatives)
        if names not in able:
            able[names] = situation.fleet.steps(names) >= 0
        if taken[able[names]].all():
            continue  # priced are only lines that somebody is left for: thousands may have nobody
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
    rows: list[np.ndarray] = []
    columns: list[np.ndarray] = []
    has_more = np.zeros(len(situation.slots), dtype=bool)
    for lines in _by_kind(situation):
        slot = situation.slots[lines[0][0]]
        names = (slot.capability, *slot.alternatives)
        able = np.flatnonzero(
            (situation.fleet.steps(names) >= 0) & commanded(situation.fleet, slot.command)
        )
        if not able.size:
            continue
        few = min(most, able.size)
        far = situation.road_s[np.ix_(able, np.array([line[0] for line in lines]))].T
        near = able[_soonest(far, few)]
        more = (far < FAR_S).sum(axis=1) > few
        slots = np.concatenate(lines)
        of = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
        rows.append(np.repeat(slots, few))
        columns.append(near[of].ravel())
        has_more[slots] = more[of]
    return *_with_kept(situation, rows, columns), has_more


def _soonest(far_s: np.ndarray, few: int) -> np.ndarray:
    """The places of the soonest in each row, to a tenth of a second; of equal ones the first.

    Time and place are one number, as which of equal ones a partition keeps is not the same on every
    machine.
    """
    many = far_s.shape[1]
    bits = many.bit_length()
    width = np.uint32 if int(FAR_S * 10).bit_length() + bits <= 32 else np.uint64
    tenths = (np.minimum(far_s, FAR_S) * 10.0).astype(width)
    keys = (tenths << width(bits)) | np.arange(many, dtype=width)
    first = np.sort(np.partition(keys, few - 1, axis=1)[:, :few], axis=1)
    return (first & width((1 << bits) - 1)).astype(np.int64)


def _by_kind(situation: Situation) -> list[list[list[int]]]:
    """The places of the slots of each line, by what the line asks for and who answers for it."""
    kinds: dict[tuple[str, tuple[str, ...], Command | None], dict[str, list[int]]] = {}
    for row, slot in enumerate(situation.slots):
        lines = kinds.setdefault((slot.capability, slot.alternatives, slot.command), {})
        lines.setdefault(slot.incident_id, []).append(row)
    return [list(lines.values()) for lines in kinds.values()]


def _with_kept(
    situation: Situation, rows: list[np.ndarray], columns: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """The pairs with those that belong together already, each once."""
    none = np.zeros(0, dtype=np.int64)
    all_rows, all_columns = np.concatenate([none, *rows]), np.concatenate([none, *columns])
    kept = _kept_pairs(situation)
    if not kept.size:
        return all_rows, all_columns
    width = len(situation.units)
    both = np.unique(np.concatenate((all_rows * width + all_columns, kept)))
    return both // width, both % width


def _kept_pairs(situation: Situation) -> np.ndarray:
    """Slots and units that belong together already, as one number a pair."""
    place = situation.fleet.place
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
