"""For one incident only so many units are turned round, however many lines it asks for.

The joint optimum knows lines, not incidents. Where it turns round more than an incident may have,
each of the lines concerned is tried with and without a diversion, and whatever a bound shows to be
dearer is not looked at (branch and bound, as for groups).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from beaconfire_dispatch.domain.engine.groups import Allowance, Found
from beaconfire_dispatch.domain.engine.pricing import IMPOSSIBLE
from beaconfire_dispatch.domain.engine.state import Situation

_NO_ROWS: Final = frozenset[int]()
Pairs = dict[int, int]
Solve = Callable[[np.ndarray], Found]
Price = Callable[[Sequence[int]], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Limit:
    """The lines of one incident, and how many of them may turn a unit round (改派上限)."""

    rows: frozenset[int]
    most: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Which pairs would turn a unit round from another incident, and how many may (改派约束)."""

    limits: tuple[Limit, ...]
    holds: Mapping[int, frozenset[int]]
    """By the place of a unit that is under way: the lines of the incident that it goes to."""

    def diverted(self, rows: Iterable[int], pairs: Mapping[int, int]) -> list[int]:
        """The lines of some for which a unit is turned round."""
        return sorted(row for row in rows if row in pairs and self.turns(row, pairs[row]))

    def first_over(self, pairs: Mapping[int, int]) -> Limit | None:
        """The first incident for which more are turned round than may be."""
        return next(iter(self.over(pairs)), None)

    def over(self, pairs: Mapping[int, int]) -> Iterable[Limit]:
        """All such incidents."""
        return (one for one in self.limits if len(self.diverted(one.rows, pairs)) > one.most)

    def barring(self, real: np.ndarray, rows: Iterable[int]) -> np.ndarray:
        """The prices without anybody being turned round for these lines."""
        barred = real.copy()
        for row in rows:
            away = [column for column, own in self.holds.items() if row not in own]
            barred[row, away] = IMPOSSIBLE
        return barred

    def turns(self, row: int, column: int) -> bool:
        """Whether a pair turns a unit round from another incident."""
        return column in self.holds and row not in self.holds[column]


@dataclass(slots=True)
class _Search:
    """The best so far, and what is left of the work that one search may be."""

    real: np.ndarray
    unmet: np.ndarray
    limits: Limits
    solve: Solve
    allowance: Allowance
    best: Found = field(default_factory=lambda: Found({}, is_optimal=False))
    least: int = 0
    is_cut: bool = False

    def look(self, granted: frozenset[int], barred: frozenset[int]) -> None:
        """The best where nobody is turned round for the barred; the granted count as turned."""
        if not self.allowance.take():
            self.is_cut = True
            return
        found = self.solve(self.limits.barring(self.real, barred))
        self.is_cut |= not found.is_optimal
        price = self.price(found.pairs)
        if price >= self.least:
            return
        over = self.limits.first_over(found.pairs)
        if over is None:
            self.best, self.least = found, price
            return
        row = next(one for one in self.limits.diverted(over.rows, found.pairs)
                   if one not in granted)  # fmt: skip
        with_it = granted | {row}
        used = len(with_it & over.rows)
        if used <= over.most:
            self.look(with_it, barred | (over.rows - with_it if used == over.most else _NO_ROWS))
        self.look(granted, barred | {row})

    def price(self, pairs: Pairs) -> int:
        """What a matching costs less than nobody sent at all."""
        return sum(int(self.real[row, at]) - int(self.unmet[row]) for row, at in pairs.items())


def limits_of(situation: Situation) -> Limits:
    """The limits of those incidents for which more than one line could turn a unit round."""
    if not situation.fleet.is_anybody_under_way:
        return Limits((), {})
    lines: dict[str, list[int]] = {}
    for row, slot in enumerate(situation.slots):
        lines.setdefault(slot.incident_id, []).append(row)
    limits = tuple(
        Limit(frozenset(rows), situation.slots[rows[0]].diversions_left)
        for rows in lines.values()
        if len(rows) > situation.slots[rows[0]].diversions_left
    )
    return Limits(limits, _holds(situation, lines) if limits else {})


def within_limits(
    real: np.ndarray, unmet: np.ndarray, limits: Limits, solve: Solve, *, allowance: Allowance
) -> Found:
    """The least costly matching that turns nobody round beyond a limit, within what the search may
    still be.
    """
    found = solve(real)
    if limits.first_over(found.pairs) is None:
        return found
    search = _Search(real, unmet, limits, solve, allowance)
    search.best = _cutting(search, found)
    search.least = search.price(search.best.pairs)
    search.look(frozenset(), frozenset())
    return Found(search.best.pairs, is_optimal=not search.is_cut)


def surplus(limits: Limits, pairs: Mapping[int, int], price: Price) -> frozenset[int]:
    """The lines that go without a diversion where each incident keeps those that gain most.

    `price` says what the lines of some pairs cost less than if nobody were sent to them.
    """
    rows: set[int] = set()
    for one in limits.over(pairs):
        turned = limits.diverted(one.rows, pairs)
        costs = dict(zip(turned, price(turned), strict=True))
        kept = sorted(turned, key=lambda row: (costs[row], row))[: one.most]
        rows |= one.rows - set(kept)
    return frozenset(rows)


def _cutting(search: _Search, found: Found) -> Found:
    """A first matching within all limits: who gains most keeps the diversion."""
    barred: frozenset[int] = frozenset()
    while True:
        pairs = found.pairs

        def price(rows: Sequence[int], pairs: Pairs = pairs) -> list[int]:
            return [int(search.real[row, pairs[row]]) - int(search.unmet[row]) for row in rows]

        more = surplus(search.limits, pairs, price)
        if not more:
            return found
        barred |= more
        found = search.solve(search.limits.barring(search.real, barred))


def _holds(
    situation: Situation, lines: Mapping[str, Sequence[int]]
) -> Mapping[int, frozenset[int]]:
    """By each unit under way: the lines of its incident; none where that one is not matched."""
    place = situation.fleet.place
    found = dict.fromkeys(np.flatnonzero(situation.fleet.answering > 0).tolist(), frozenset[int]())
    for column in found:
        under_way = situation.units[column].under_way
        if under_way is not None:
            found[column] = frozenset(lines.get(under_way.incident_id, ()))
    for slot in situation.slots:
        if slot.held_by in place:
            found[place[slot.held_by]] = frozenset(lines[slot.incident_id])
    return found
