"""Groups are filled all together or not at all: exact by branching, on matchings as bounds.

An engine without its ladder, or a crew without its boat, is no help where both were asked for. The
joint optimum breaks few groups; each that it breaks is tried filled and left, and whatever a bound
shows to be dearer is not looked at (branch and bound, Land and Doig 1960).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from beaconfire_dispatch.domain.engine.pricing import IMPOSSIBLE
from beaconfire_dispatch.domain.engine.state import Slot

WORK_MAX: Final = 2_000_000
"""Pairs times matchings of one decision: some 100 ms; what is best by then is taken."""
MATCHINGS_MAX: Final = 128
Pairs = dict[int, int]
Solve = Callable[[np.ndarray, np.ndarray], Pairs]


@dataclass(frozen=True, slots=True)
class Found:
    """The best pairs, and whether nothing better is possible (分组匹配结果)."""

    pairs: Pairs
    is_optimal: bool


@dataclass(slots=True)
class Allowance:
    """Matchings that all searches of one decision may still make together (匹配次数余额).

    Searches lie within each other: counted each by its own, they were minutes in a small picture.
    """

    left: int

    @classmethod
    def for_pairs(cls, pairs: int) -> "Allowance":
        """For one decision on so many pairs of slots and units."""
        return cls(min(MATCHINGS_MAX, max(2, WORK_MAX // pairs)))

    def take(self) -> bool:
        """Whether there is one more, which is taken then."""
        self.left -= 1
        return self.left >= 0


@dataclass(frozen=True, slots=True)
class Wholeness:
    """Which groups a matching leaves in part (组完整性)."""

    groups: tuple[frozenset[int], ...]

    def first_broken(self, pairs: Pairs) -> frozenset[int] | None:
        """The first group of which some slots are filled and some are not."""
        return next((one for one in self.groups if 0 < len(one & pairs.keys()) < len(one)), None)

    def broken(self, pairs: Pairs) -> frozenset[int]:
        """The slots of all such groups."""
        return frozenset().union(
            *(one for one in self.groups if 0 < len(one & pairs.keys()) < len(one))
        )


@dataclass(slots=True)
class _Search:
    """The best so far, and what is left of the work that one decision may be."""

    real: np.ndarray
    unmet: np.ndarray
    wholeness: Wholeness
    solve: Solve
    allowance: Allowance
    best: Pairs = field(default_factory=dict[int, int])
    least: int = 0
    is_cut: bool = False

    def look(self, forced: frozenset[int], dropped: frozenset[int]) -> None:
        """The best with these slots filled and those open."""
        if not self.allowance.take():
            self.is_cut = True
            return
        pairs = self._relaxed(forced, dropped)
        if not forced <= pairs.keys() or (price := self.price(pairs)) >= self.least:
            return
        broken = self.wholeness.first_broken(pairs)
        if broken is None:
            self.best, self.least = pairs, price
            return
        if not broken & dropped:
            self.look(forced | broken, dropped)
        self.look(forced, dropped | broken)

    def price(self, pairs: Pairs) -> int:
        """What a matching costs less than nobody sent at all."""
        return sum(int(self.real[row, at]) - int(self.unmet[row]) for row, at in pairs.items())

    def _relaxed(self, forced: frozenset[int], dropped: frozenset[int]) -> Pairs:
        real, unmet = self.real, self.unmet
        if dropped:
            real = real.copy()
            real[list(dropped)] = IMPOSSIBLE
        if forced:
            unmet = unmet.copy()
            unmet[list(forced)] += int(self.unmet.max()) * (len(unmet) + 1)
        return self.solve(real, unmet)


def groups_of(slots: Sequence[Slot]) -> tuple[frozenset[int], ...]:
    """The places of the slots of each group."""
    found: dict[tuple[str, str], list[int]] = {}
    for row, slot in enumerate(slots):
        if slot.group is not None:
            found.setdefault((slot.incident_id, slot.group), []).append(row)
    return tuple(frozenset(rows) for rows in found.values() if len(rows) > 1)


def make_whole(
    real: np.ndarray,
    unmet: np.ndarray,
    groups: tuple[frozenset[int], ...],
    solve: Solve,
    *,
    allowance: Allowance,
) -> Found:
    """The least costly matching that breaks no group, within what the search may still be."""
    pairs = solve(real, unmet)
    wholeness = Wholeness(groups)
    if wholeness.first_broken(pairs) is None:
        return Found(pairs, is_optimal=True)
    search = _Search(real, unmet, wholeness, solve, allowance)
    search.best = _dropping(search, wholeness, solve, pairs)
    search.least = search.price(search.best)
    search.look(frozenset(), frozenset())
    return Found(search.best, is_optimal=not search.is_cut)


def _dropping(search: _Search, wholeness: Wholeness, solve: Solve, pairs: Pairs) -> Pairs:
    """A first matching that breaks none: whatever is broken is left, until nothing is."""
    real = search.real.copy()
    while broken := wholeness.broken(pairs):
        real[list(broken)] = IMPOSSIBLE
        pairs = solve(real, search.unmet)
    return pairs
