"""Why these units: the chosen with its parts, who else was considered, who could not and why."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from beaconfire_contracts.needs import Need
from beaconfire_dispatch.domain.engine.allotment import Allotment
from beaconfire_dispatch.domain.engine.commanding import Command, commanded
from beaconfire_dispatch.domain.engine.decided import Decided, Way
from beaconfire_dispatch.domain.engine.diversions import limits_of
from beaconfire_dispatch.domain.engine.matching import Pairs, decide, is_dense
from beaconfire_dispatch.domain.engine.pricing import (
    COVER_S,
    IMPOSSIBLE,
    costs,
    filled_by,
)
from beaconfire_dispatch.domain.engine.reasons import considered, why
from beaconfire_dispatch.domain.engine.ruling_out import (
    DIVERSION_USED,
    Named,
    by_reason,
    nearest_of,
)
from beaconfire_dispatch.domain.engine.state import Situation, Slot, UnderWay
from beaconfire_dispatch.domain.engine.stepping import LetPass, nobody, stepping
from beaconfire_dispatch.domain.engine.turning import is_sent, replaced, turning

OPTIONS_MAX: Final = 3
_NOBODY: Final = frozenset[int]()
DEEP_MAX: Final = 6
"""Of so many units of an incident it is said what the closer one would have cost the others: each
is a decision anew, and nobody reads more under stress."""
REASONS_LATER: Final = "reasons_later"
"""The step of an advice whose decisions anew were too many to make them all in time."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One unit for one line, with the parts of its time and the terms of its price (派遣理由)."""

    unit_id: str
    call_sign: str
    capability: str
    travel_time_s: float
    parts: dict[str, float]
    reasons: tuple[dict[str, Any], ...]
    terms: dict[str, float]
    leaves: UnderWay | None = None
    """The order that the unit is turned round from, by whoever sends it."""
    replaces: UnderWay | None = None
    """The order of this incident that nobody is needed on any more once this unit is sent."""
    slack_s: float = 0.0
    """How long before its target it arrives; negative: how much later."""


@dataclass(frozen=True, slots=True)
class Option:
    """Units proposed together for one incident, and what the rest still covers (方案).

    `cover_after` says by capability which share of the stations' places some free unit that is left
    reaches within eight minutes.
    """

    choices: tuple[Choice, ...]
    cover_after: dict[str, float]


@dataclass(frozen=True, slots=True)
class Advice:
    """All that is said of one incident: options best first, what is short, who was left (建议)."""

    incident_id: str
    options: tuple[Option, ...]
    short: tuple[Need, ...]
    ruled_out: dict[str, int]
    steps: tuple[str, ...] = ()
    """The steps down that were taken to be in time: those of the decision, and REASONS_LATER."""
    ruled_out_units: dict[str, tuple[Named, ...]] = field(
        default_factory=dict[str, tuple[Named, ...]]
    )
    """Of those by each reason the nearest, by name."""

    @property
    def proposal(self) -> "Proposal":
        """Who would go, without the reasons."""
        best = self.options[0].choices if self.options else ()
        return Proposal(tuple(one.unit_id for one in best), self.short)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who would go to one incident, in the order of its lines, and what is short (首选)."""

    units: tuple[str, ...]
    short: tuple[Need, ...]


def propose(situation: Situation, let_pass: LetPass = nobody) -> dict[str, Proposal]:
    """One proposal an incident, from the joint optimum: what decides whether there is news."""
    best = decide(situation).pairs
    return {
        incident_id: Proposal(
            tuple(
                situation.units[best[row]].unit_id
                for row in mine
                if row in best and is_sent(situation, row, best[row])
            ),
            _short(situation, mine, best),
        )
        for incident_id, mine in stepping(_by_incident(situation).items(), let_pass)
    }


def advise(
    situation: Situation, only: AbstractSet[str] | None = None, let_pass: LetPass = nobody
) -> dict[str, Advice]:
    """One advice an incident, or for some of them `only`: the proposal with its reasons.

    Up to two other ways, without its first unit, are solved jointly too; a way that leaves a line
    open which the optimum fills is no alternative. Where there are too many pairs to price at once
    the first way stands alone, as it does for the least urgent of many (WEIGHED_MAX).
    """
    prices = costs(situation) if is_dense(situation) else None
    found = decide(situation, prices)
    decided = Decided(situation, prices, found, limits_of(situation), Allotment())
    asked = [
        (incident_id, mine)
        for incident_id, mine in _by_incident(situation).items()
        if only is None or incident_id in only
    ]
    asked.sort(key=lambda one: min(_urgency(situation.slots[row]) for row in one[1]))
    return {
        incident_id: _advice(decided, incident_id, mine)
        for incident_id, mine in stepping(asked, let_pass)
    }


def _urgency(slot: Slot) -> tuple[int, float]:
    return (slot.priority, slot.target_s)


def _advice(decided: Decided, incident_id: str, mine: list[int]) -> Advice:
    refused = decided.allotment.refused
    options = _options(decided, mine)
    is_cut = decided.allotment.refused > refused
    left = _left_out(decided, mine)
    return Advice(
        incident_id,
        options,
        _short(decided.situation, mine, decided.decision.pairs),
        {reason: len(units) for reason, units in left.items()},
        (*decided.decision.steps, REASONS_LATER) if is_cut else decided.decision.steps,
        nearest_of(decided.situation, mine[0], left),
    )


def _left_out(decided: Decided, mine: list[int]) -> dict[str, np.ndarray]:
    """Units by the reason for which they do not go, those among them that the first way may not
    turn round as well: they alone may still go in place of whom it does turn round.
    """
    left = by_reason(decided.situation, mine)
    own = {row: decided.decision.pairs[row] for row in mine if row in decided.decision.pairs}
    open_to = [row for row in mine if decided.situation.slots[row].may_divert]
    kept = {int(one) for row in open_to for one in decided.kept(row, own)}
    if kept:
        left[DIVERSION_USED] = np.array(sorted(kept.union(left.get(DIVERSION_USED, ()))))
    return left


def _by_incident(situation: Situation) -> dict[str, list[int]]:
    """The places of each incident's slots."""
    found: dict[str, list[int]] = {}
    for row, slot in enumerate(situation.slots):
        found.setdefault(slot.incident_id, []).append(row)
    return found


def _short(situation: Situation, mine: list[int], best: Pairs) -> tuple[Need, ...]:
    left: dict[tuple[str, tuple[str, ...], str], int] = {}
    for row in mine:  # by hand: hundreds of incidents in each round, most of a few lines
        slot = situation.slots[row]
        if row not in best and slot.held_by is None:
            line = (slot.capability, slot.alternatives, slot.group or "")
            left[line] = left.get(line, 0) + 1
    return tuple(
        Need(name, count, alternatives, group or None)
        for (name, alternatives, group), count in sorted(left.items())
    )


def _options(decided: Decided, mine: list[int]) -> tuple[Option, ...]:
    first = _option(decided, mine, decided.first)
    if not first.choices:
        return ()
    if decided.prices is None:
        return (first,)
    return tuple(_ways(decided, decided.prices, mine, first))


def _ways(decided: Decided, prices: np.ndarray, mine: list[int], first: Option) -> list[Option]:
    """The best way, then that without whom it names first, and so on.

    Whoever may turn nobody round, as a policy's machine, needs a way as well: where the best turns
    somebody, the next but one is the best of those that turn nobody, with all who are free.
    """
    options = [first]

    def add(barred: frozenset[int], spared: frozenset[int] = _NOBODY) -> bool:
        """Whether there was room for it, and it is another."""
        if len(options) == OPTIONS_MAX or not decided.allotment.allows():
            return False
        other = _without(decided, prices, mine, barred, spared)
        if not _is_another(other, options):
            return False
        options.append(other)
        return True

    barred = frozenset({_place_of_first(decided.situation, first)})
    is_second = add(barred)
    if _turns(first):
        add(_NOBODY, _on_their_way(decided, mine))
    if is_second:
        add(barred | {_place_of_first(decided.situation, options[1])})
    return options


def _is_another(other: Option, options: list[Option]) -> bool:
    """Whether it is worth showing: it fills as many lines, or turns nobody where all others do."""
    is_as_good = len(other.choices) >= len(options[0].choices)
    is_calm = bool(other.choices) and not _turns(other) and all(map(_turns, options))
    return (is_as_good or is_calm) and other not in options


def _turns(option: Option) -> bool:
    return any(one.leaves for one in option.choices)


def _on_their_way(decided: Decided, mine: list[int]) -> frozenset[int]:
    """Crews that another incident would lose: whoever may turn nobody round needs a way as well."""
    own = decided.situation.slots[mine[0]].incident_id
    return frozenset(
        at for at, one in enumerate(decided.situation.units)
        if one.under_way is not None and one.under_way.incident_id != own
    )  # fmt: skip


def _without(
    decided: Decided,
    prices: np.ndarray,
    mine: list[int],
    barred: frozenset[int],
    spared: frozenset[int],
) -> Option:
    """The best way without these; `prices` are those of all pairs, and stay as they are."""
    prices = prices.copy()
    prices[np.ix_(mine, sorted(barred | spared))] = IMPOSSIBLE
    other = decided.anew(prices)
    return _option(decided, mine, Way(other.pairs, other.steps, prices, barred, spared))


def _place_of_first(situation: Situation, option: Option) -> int:
    return situation.fleet.place[option.choices[0].unit_id]


def _option(decided: Decided, mine: list[int], way: Way) -> Option:
    own = {row: way.pairs[row] for row in mine if row in way.pairs}
    sent = [row for row in own if is_sent(decided.situation, row, own[row])]
    choices = tuple(
        _choice(decided, way, row, own, is_deep=place < DEEP_MAX) for place, row in enumerate(sent)
    )
    command = decided.situation.slots[mine[0]].command
    return Option(choices, _cover_after(decided.situation, choices, command))


def _cover_after(
    situation: Situation, choices: tuple[Choice, ...], command: Command | None
) -> dict[str, float]:
    gone = {one.unit_id for one in choices}
    return {
        capability: cover(situation, capability, without=gone, command=command)
        for capability in sorted({one.capability for one in choices})
    }


def cover(
    situation: Situation,
    capability: str,
    *,
    without: AbstractSet[str] = frozenset(),
    command: Command | None = None,
) -> float:
    """The share of stations' places that a free unit with a capability reaches in COVER_S.

    A unit that whoever has this command may not send covers nothing for them.
    """
    if not situation.posts_s.size:
        return 0.0
    fleet = situation.fleet
    is_left = fleet.can(capability) & (fleet.answering == 0) & commanded(fleet, command)
    is_left[[fleet.place[one] for one in without if one in fleet.place]] = False
    if not is_left.any():
        return 0.0
    left = np.flatnonzero(is_left)
    mobilise_s = fleet.mobilise_ms[left][:, None] / 1_000
    nearest_s = (situation.posts_s[left] + mobilise_s).min(axis=0)
    return round(float((nearest_s <= COVER_S).mean()), 3)


def _choice(decided: Decided, way: Way, row: int, own: Pairs, *, is_deep: bool) -> Choice:
    """One unit and why; `own` are the pairs of its incident."""
    situation, column = decided.situation, way.pairs[row]
    slot, unit = situation.slots[row], situation.units[column]
    had, kept = decided.had(row, own), decided.kept(row, own)
    price = decided.terms(row, column)
    road_s = round(float(situation.road_s[column, row]), 1)
    parts = {"mobilise_s": unit.mobilise_s, "road_s": road_s}
    return Choice(
        unit.unit_id,
        unit.call_sign,
        filled_by(slot, unit),
        round(price.eta_s, 1),
        parts,
        (
            *why(decided, way, row, had, kept, is_deep=is_deep),
            *turning(situation, way.pairs, row),
            *considered(decided, way, row, had),
        ),
        {name: round(value, 3) for name, value in price.priced.items() if value},
        unit.under_way,
        replaced(situation, way.pairs, row),
        round(slot.target_s - slot.elapsed_s - price.eta_s, 1),
    )
