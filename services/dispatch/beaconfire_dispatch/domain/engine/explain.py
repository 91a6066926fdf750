"""Why these units: the chosen with its parts, who else was considered, who could not and why."""

from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from beaconfire_contracts.facts.dispatch import Need
from beaconfire_dispatch.domain.engine.matching import FAR_S, costs, match, terms
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


def advise(situation: Situation) -> dict[str, Advice]:
    """One advice an incident, from the joint optimum and up to two ways without its first unit.

    A way that leaves a line open which the optimum fills is no alternative.
    """
    prices = costs(situation)
    best = match(situation, prices)
    found: dict[str, Advice] = {}
    for incident_id in dict.fromkeys(slot.incident_id for slot in situation.slots):
        mine = [row for row, slot in enumerate(situation.slots) if slot.incident_id == incident_id]
        options = [_option(situation, prices, best, mine)]
        barred = prices.copy()
        for _ in range(OPTIONS_MAX - 1):
            taken = [best_of[0] for best_of in _taken(situation, options[-1])]
            if not taken:
                break
            barred[np.ix_(mine, taken[:1])] = np.iinfo(np.int64).max // 4
            other = match(situation, np.minimum(barred, 10**15))
            option = _option(situation, prices, other, mine)
            if len(option.choices) < len(options[0].choices) or option in options:
                break
            options.append(option)
        short = Counter(situation.slots[row].capability for row in mine if row not in best)
        found[incident_id] = Advice(
            incident_id,
            tuple(one for one in options if one.choices),
            tuple(Need(name, count) for name, count in sorted(short.items())),
            _ruled_out(situation, mine),
        )
    return found


def _taken(situation: Situation, option: Option) -> list[tuple[int, str]]:
    place = {unit.unit_id: number for number, unit in enumerate(situation.units)}
    return [(place[one.unit_id], one.unit_id) for one in option.choices]


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
    able = [one for one in order if prices[row, one] < 10**15]
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
