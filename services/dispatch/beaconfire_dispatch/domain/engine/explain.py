"""Why these units: the chosen with its parts, who else was considered, who could not and why."""

from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from beaconfire_contracts.facts.dispatch import Need
from beaconfire_dispatch.domain.engine.matching import FAR_S, IMPOSSIBLE, costs, match, terms
from beaconfire_dispatch.domain.engine.state import Situation

ALTERNATIVES_MAX: Final = 2
OPTIONS_MAX: Final = 3
COVER_S: Final = 480.0


@dataclass(frozen=True, slots=True)
class Choice:
    """One unit for one line, with the parts of its time and its price (派遣理由)."""

    unit_id: str
    call_sign: str
    capability: str
    travel_time_s: float
    parts: dict[str, float]
    reasons: tuple[dict[str, Any], ...]


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


def propose(situation: Situation) -> dict[str, Proposal]:
    """One proposal an incident, from the joint optimum: what decides whether there is news."""
    best = match(situation)
    return {
        incident_id: Proposal(
            tuple(situation.units[best[row]].unit_id for row in mine if row in best),
            _short(situation, mine, best),
        )
        for incident_id, mine in _by_incident(situation).items()
    }


def advise(situation: Situation, only: AbstractSet[str] | None = None) -> dict[str, Advice]:
    """One advice an incident, or for some of them `only`: the proposal with its reasons.

    Up to two other ways, without its first unit, are solved jointly too; a way that leaves a line
    open which the optimum fills is no alternative.
    """
    prices = costs(situation)
    best = match(situation, prices)
    return {
        incident_id: Advice(
            incident_id,
            _options(situation, prices, best, mine),
            _short(situation, mine, best),
            _ruled_out(situation, mine),
        )
        for incident_id, mine in _by_incident(situation).items()
        if only is None or incident_id in only
    }


def _by_incident(situation: Situation) -> dict[str, list[int]]:
    """The places of each incident's slots."""
    found: dict[str, list[int]] = {}
    for row, slot in enumerate(situation.slots):
        found.setdefault(slot.incident_id, []).append(row)
    return found


def _short(situation: Situation, mine: list[int], best: dict[int, int]) -> tuple[Need, ...]:
    left = Counter(situation.slots[row].capability for row in mine if row not in best)
    return tuple(Need(name, count) for name, count in sorted(left.items()))


def _options(
    situation: Situation, prices: np.ndarray, best: dict[int, int], mine: list[int]
) -> tuple[Option, ...]:
    first = _option(situation, prices, best, mine)
    if not first.choices:
        return ()
    options = [first]
    barred = prices.copy()
    while len(options) < OPTIONS_MAX:
        barred[mine, _place_of_first(situation, options[-1])] = IMPOSSIBLE
        option = _option(situation, prices, match(situation, barred), mine)
        if len(option.choices) < len(first.choices) or option in options:
            break
        options.append(option)
    return tuple(options)


def _place_of_first(situation: Situation, option: Option) -> int:
    wanted = option.choices[0].unit_id
    return next(place for place, unit in enumerate(situation.units) if unit.unit_id == wanted)


def _option(
    situation: Situation, prices: np.ndarray, matched: dict[int, int], mine: list[int]
) -> Option:
    choices = tuple(_choice(situation, prices, row, matched[row]) for row in mine if row in matched)
    return Option(choices, _cover_after(situation, choices))


def _cover_after(situation: Situation, choices: tuple[Choice, ...]) -> dict[str, float]:
    gone = {one.unit_id for one in choices}
    return {
        capability: cover(situation, capability, without=gone)
        for capability in sorted({one.capability for one in choices})
    }


def cover(
    situation: Situation, capability: str, *, without: AbstractSet[str] = frozenset()
) -> float:
    """The share of stations' places that a free unit with a capability reaches in COVER_S."""
    if not situation.posts_s.size:
        return 0.0
    left = [
        row
        for row, unit in enumerate(situation.units)
        if capability in unit.capabilities and unit.unit_id not in without
    ]
    if not left:
        return 0.0
    mobilise_s = np.array([situation.units[row].mobilise_s for row in left])[:, None]
    nearest_s = (situation.posts_s[left] + mobilise_s).min(axis=0)
    return round(float((nearest_s <= COVER_S).mean()), 3)


def _choice(situation: Situation, prices: np.ndarray, row: int, column: int) -> Choice:
    slot, unit = situation.slots[row], situation.units[column]
    road_s = float(situation.road_s[column, row])
    price = terms(slot, unit, road_s)
    order = [int(one) for one in np.argsort(prices[row], kind="stable")]
    able = [one for one in order if prices[row, one] < IMPOSSIBLE]
    nearest = min(able, key=lambda one: situation.road_s[one, row])
    reasons: list[dict[str, Any]] = [
        {"code": "nearest_able" if nearest == column else "joint_optimum",
         "capability": slot.capability, "method": situation.method},
    ]  # fmt: skip
    if nearest != column:
        closer = situation.units[nearest]
        saved = price.eta_s - (closer.mobilise_s + float(situation.road_s[nearest, row]))
        reasons.append(
            {"code": "closer_needed_elsewhere", "call_sign": closer.call_sign,
             "closer_by_s": round(saved, 1)}
        )  # fmt: skip
    for other in [one for one in able if one != column][:ALTERNATIVES_MAX]:
        unit_else = situation.units[other]
        theirs = terms(slot, unit_else, float(situation.road_s[other, row]))
        reasons.append(
            {"code": "considered", "call_sign": unit_else.call_sign,
             "later_by_s": round(theirs.eta_s - price.eta_s, 1),
             "dearer_by": round(theirs.total - price.total, 3)}
        )  # fmt: skip
    parts = {"mobilise_s": unit.mobilise_s, "road_s": round(road_s, 1)}
    return Choice(
        unit.unit_id, unit.call_sign, slot.capability, round(price.eta_s, 1), parts, tuple(reasons)
    )


def _ruled_out(situation: Situation, mine: list[int]) -> dict[str, int]:
    """How many free units were not considered for any line, by reason."""
    found: Counter[str] = Counter()
    for column, unit in enumerate(situation.units):
        able = [row for row in mine if situation.slots[row].capability in unit.capabilities]
        if not able:
            found["capability"] += 1
        elif all(situation.road_s[column, row] >= FAR_S for row in able):
            found["too_far"] += 1
    return dict(found)
