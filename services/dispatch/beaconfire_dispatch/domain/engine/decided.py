"""A decision as its reasons look at it: all prices, who else could have been had, the terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from beaconfire_dispatch.domain.engine.allotment import Allotment
from beaconfire_dispatch.domain.engine.diversions import Limits
from beaconfire_dispatch.domain.engine.matching import Decision, Pairs, decide
from beaconfire_dispatch.domain.engine.pricing import (
    IMPOSSIBLE,
    Terms,
    cover_losses,
    price_pairs,
    terms,
)
from beaconfire_dispatch.domain.engine.ruling_out import DIVERSION_USED, by_reason
from beaconfire_dispatch.domain.engine.state import Situation
from beaconfire_dispatch.domain.engine.turning import is_sent

_NOBODY: Final = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to send units: the decision itself, or another without some first units (走法)."""

    pairs: Pairs
    steps: tuple[str, ...]
    """The steps down by which it was found."""
    prices: np.ndarray | None
    """What it was decided on; none where there are too many pairs to price."""
    barred: frozenset[int] = frozenset()
    """The first units of the ways before it: barred here, so that this one is another."""
    spared: frozenset[int] = frozenset()
    """Crews on their way to others, barred here so that this way turns nobody round."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with all prices, or without where there are too many (定案)."""

    situation: Situation
    prices: np.ndarray | None
    decision: Decision
    limits: Limits
    allotment: Allotment
    _terms: dict[tuple[int, int], Terms] = field(default_factory=dict[tuple[int, int], Terms])
    """Of the pairs that were asked for: each is looked at several times."""

    @property
    def first(self) -> Way:
        """The way that was decided on."""
        return Way(self.decision.pairs, self.decision.steps, self.prices)

    def anew(self, prices: np.ndarray) -> Decision:
        """The same picture decided at other prices, at the cost of what is allotted."""
        found = decide(self.situation, prices, is_searched=False)
        self.allotment.spend(found.weighed)
        return found

    def had(self, row: int, mine: Mapping[int, int]) -> np.ndarray:
        """The prices at which a slot could have been filled beside the rest of its incident's.

        `mine` are that one's own pairs: who goes there for another line is no other way, and who
        would have to be turned round beyond its limit none either.
        """
        prices = self._row(row)
        prices[[column for other, column in mine.items() if other != row]] = IMPOSSIBLE
        prices[self._beyond(row, mine)] = IMPOSSIBLE
        return prices

    def kept(self, row: int, mine: Mapping[int, int]) -> np.ndarray:
        """Who could have been turned round for a slot, were it not for its incident's limit."""
        if not self.situation.slots[row].may_divert:
            away = by_reason(self.situation, [row]).get(DIVERSION_USED, _NOBODY)
            return np.array([at for at in away if is_sent(self.situation, row, at)], np.int64)
        going = set(mine.values())
        beyond = np.array([one for one in self._beyond(row, mine) if one not in going], np.int64)
        return beyond[self._row(row)[beyond] < IMPOSSIBLE] if beyond.size else _NOBODY

    def _beyond(self, row: int, mine: Mapping[int, int]) -> list[int]:
        """Who would be turned round for a slot beyond what its incident may have, beside the rest
        of that one's pairs.
        """
        rest = {other: column for other, column in mine.items() if other != row}
        used = len(self.limits.diverted(rest, rest))
        if used < self.situation.slots[row].diversions_left:
            return []
        return [one for one in self.limits.holds if self.limits.turns(row, one)]

    def _row(self, row: int) -> np.ndarray:
        """The prices of one slot, to be changed."""
        if self.prices is not None:
            return self.prices[row].copy()
        columns = np.arange(len(self.situation.units))
        return price_pairs(self.situation, np.array([row]), columns)

    def terms(self, row: int, column: int) -> Terms:
        """What one pair costs, term by term."""
        if (row, column) not in self._terms:
            self._terms[row, column] = self._terms_of(row, column)
        return self._terms[row, column]

    def _terms_of(self, row: int, column: int) -> Terms:
        slot, unit = self.situation.slots[row], self.situation.units[column]
        wanted, lost = self.situation.prices, 0.0
        if wanted.cover:
            lost = float(cover_losses(self.situation, slot.capability)[column])
        return terms(slot, unit, float(self.situation.road_s[column, row]), wanted, lost)
