"""Joint matching: all open slots to all free units at least cost, groups whole or not at all, for
each incident no more units turned round than may be.

What is decided is the same on every machine: no clock ends it, only sizes and counted work do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from beaconfire_dispatch.domain.engine.diversions import (
    limits_of,
    surplus,
    within_limits,
)
from beaconfire_dispatch.domain.engine.groups import (
    Allowance,
    Found,
    Wholeness,
    groups_of,
    make_whole,
)
from beaconfire_dispatch.domain.engine.nearest import greedily, match_nearest
from beaconfire_dispatch.domain.engine.pricing import (
    IMPOSSIBLE,
    costs,
    price_pairs,
    unmet_of,
)
from beaconfire_dispatch.domain.engine.state import Situation

PAIRS_MAX: Final = 400_000
"""Slots times units that are priced and matched all at once, in some 60 ms; above that each slot
has its nearest able units alone."""
SLOTS_MAX: Final = 8_000
"""More than this cannot be matched jointly within the 250 ms of a decision: the most urgent choose
first."""
AGAIN_MAX: Final = 3
"""How often that is matched again where more are turned round for an incident than may be."""
Pairs = dict[int, int]


@dataclass(frozen=True, slots=True)
class Decision:
    """Slot place → unit place, and what was done to come to it in time (决策)."""

    pairs: Pairs
    steps: tuple[str, ...] = ()
    """The steps down from the joint optimum over everything: `nearest_only`, `search_cut`,
    `greedy`; none where it is the optimum."""
    weighed: int = field(default=0, compare=False)
    """Pairs that the solver was handed, as often as it was asked: what it took to decide."""


def is_dense(situation: Situation) -> bool:
    """Whether all pairs are priced at once."""
    slots = len(situation.slots)
    return slots <= SLOTS_MAX and slots * len(situation.units) <= PAIRS_MAX


def match(situation: Situation, prices: np.ndarray | None = None) -> Pairs:
    """The pairs of a decision; slots that nobody can fill, or whose group is not, are left out."""
    return decide(situation, prices).pairs


def decide(
    situation: Situation, prices: np.ndarray | None = None, *, is_searched: bool = True
) -> Decision:
    """Decide on all slots jointly; `prices` are `costs(situation)`, some of them barred.

    Where nothing `is_searched` the first way that keeps groups and limits is taken: for what is
    only compared with a decision, of which there are many.
    """
    if not situation.slots or not situation.units:
        return Decision({})
    if prices is None and not is_dense(situation):
        return _of_the_nearest(situation)
    real = costs(situation) if prices is None else prices
    unmet, groups = unmet_of(situation.slots), groups_of(situation.slots)
    allowance = Allowance.for_pairs(real.size) if is_searched else Allowance(0)
    weighed = 0

    def solved(some: np.ndarray, unmet_some: np.ndarray) -> Pairs:
        nonlocal weighed
        weighed += some.size
        return optimum(some, unmet_some)

    def whole(some: np.ndarray) -> Found:
        return make_whole(some, unmet, groups, solved, allowance=allowance)

    found = within_limits(real, unmet, limits_of(situation), whole, allowance=allowance)
    return Decision(found.pairs, () if found.is_optimal else ("search_cut",), weighed)


def _of_the_nearest(situation: Situation) -> Decision:
    """Where there are too many pairs.

    What turns a unit round beyond a limit is matched again without; where that does not end in a
    few rounds, nobody goes there before the next decision.
    """
    is_greedy = len(situation.slots) > SLOTS_MAX
    limits, pairs, is_whole = limits_of(situation), Pairs(), True
    left: frozenset[int] = frozenset()
    for _ in range(AGAIN_MAX):
        pairs, is_whole = (greedily(situation), True) if is_greedy else match_nearest(situation)
        left = surplus(limits, pairs, partial(_prices_of, situation, pairs))
        if not left:
            break
        situation = _sparing(situation, left)
    pairs = {row: at for row, at in pairs.items() if row not in left or not limits.turns(row, at)}
    steps = ("greedy",) if is_greedy else () if is_whole else ("nearest_only",)
    return Decision(_without_broken(situation, pairs), steps)


def _prices_of(situation: Situation, pairs: Pairs, rows: Sequence[int]) -> list[int]:
    """What some pairs cost less than if nobody were sent."""
    columns = np.array([pairs[row] for row in rows], dtype=np.int64)
    some = np.array(rows, dtype=np.int64)
    unmet = unmet_of([situation.slots[row] for row in rows])
    return (price_pairs(situation, some, columns) - unmet).tolist()


def _sparing(situation: Situation, rows: frozenset[int]) -> Situation:
    """The same where nobody may be turned round for some slots."""
    slots = tuple(
        replace(slot, may_divert=False) if row in rows else slot
        for row, slot in enumerate(situation.slots)
    )
    return replace(situation, slots=slots)


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
