"""Joint matching: all open slots to all free units at least cost, groups whole or not at all.

What is decided is the same on every machine: no clock ends it, only sizes and counted work do.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from beaconfire_dispatch.domain.engine.groups import Wholeness, groups_of, make_whole
from beaconfire_dispatch.domain.engine.nearest import greedily, match_nearest
from beaconfire_dispatch.domain.engine.pricing import IMPOSSIBLE, costs, unmet_of
from beaconfire_dispatch.domain.engine.state import Situation

PAIRS_MAX: Final = 400_000
"""Slots times units that are priced and matched all at once, in some 60 ms; above that each slot
has its nearest able units alone."""
SLOTS_MAX: Final = 8_000
"""More than this cannot be matched jointly within the 250 ms of a decision: the most urgent choose
first."""
Pairs = dict[int, int]


@dataclass(frozen=True, slots=True)
class Decision:
    """Slot place → unit place, and what was done to come to it in time (决策)."""

    pairs: Pairs
    steps: tuple[str, ...] = ()
    """The steps down from the joint optimum over everything: `nearest_only`, `groups_cut`,
    `greedy`; none where it is the optimum."""


def is_dense(situation: Situation) -> bool:
    """Whether all pairs are priced at once."""
    return len(situation.slots) * len(situation.units) <= PAIRS_MAX


def match(situation: Situation, prices: np.ndarray | None = None) -> Pairs:
    """The pairs of a decision; slots that nobody can fill, or whose group is not, are left out."""
    return decide(situation, prices).pairs


def decide(situation: Situation, prices: np.ndarray | None = None) -> Decision:
    """Decide on all slots jointly; `prices` are `costs(situation)`, some of them barred."""
    if not situation.slots or not situation.units:
        return Decision({})
    if prices is None and len(situation.slots) > SLOTS_MAX:
        return Decision(_without_broken(situation, greedily(situation)), ("greedy",))
    if prices is None and not is_dense(situation):
        pairs, is_whole = match_nearest(situation)
        steps = () if is_whole else ("nearest_only",)
        return Decision(_without_broken(situation, pairs), steps)
    real = costs(situation) if prices is None else prices
    unmet = unmet_of(situation.slots)
    found = make_whole(real, unmet, groups_of(situation.slots), optimum)
    return Decision(found.pairs, () if found.is_optimal else ("groups_cut",))


def optimum(real: np.ndarray, unmet: np.ndarray) -> Pairs:
    """The pairs of least cost with slots that may stay open at their price.

    Each pair is worth what it saves of an unmet slot's price; an impossible pair saves nothing. The
    optimum over pairs alone is then the optimum with unmet slots, without a column for each of them
    (Crouse, 2016, for rectangular matrices).
    """
    saved = np.where(real < IMPOSSIBLE, real - unmet[:, None], 0).astype(np.float64)
    rows, columns = linear_sum_assignment(saved)
    return {
        int(row): int(column)
        for row, column in zip(rows, columns, strict=True)
        if real[row, column] < IMPOSSIBLE
    }


def _without_broken(situation: Situation, pairs: Pairs) -> Pairs:
    """Nobody for a group that is not filled: who is freed by that is for the next round."""
    broken = Wholeness(groups_of(situation.slots)).broken(pairs)
    return {row: column for row, column in pairs.items() if row not in broken}
