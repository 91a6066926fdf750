"""Why one unit goes: its place among those that could have been had, and what each lost by."""

from typing import Any, Final

import numpy as np

from beaconfire_dispatch.domain.engine.counterfactual import instead
from beaconfire_dispatch.domain.engine.decided import Decided, Way
from beaconfire_dispatch.domain.engine.passed_over import (
    ASKED_FOR,
    IN_ANOTHER_WAY,
    NEEDED_ELSEWHERE,
    TIE,
    TURNS_NOBODY,
    lost_by,
)
from beaconfire_dispatch.domain.engine.pricing import IMPOSSIBLE, TERMS, filled_by
from beaconfire_dispatch.domain.engine.ruling_out import DIVERSION_USED
from beaconfire_dispatch.domain.engine.state import Situation

ALTERNATIVES_MAX: Final = 2
OF_NEAREST: Final = "nearest_able"
OF_ALLOWED: Final = "nearest_allowed"
"""Nobody who may be sent is nearer, but one who may not be turned round (DIVERSION_USED)."""
_BY_CLOSER: Final = {
    NEEDED_ELSEWHERE: ("joint_optimum", "closer_needed_elsewhere"),
    IN_ANOTHER_WAY: ("another_way", "closer_in_another_way"),
    TURNS_NOBODY: ("another_way", "closer_in_another_way"),
    ASKED_FOR: ("pinned", "closer_not_asked_for"),
}
"""What is said of the chosen and of the closer one, by what the closer lost by."""
_BY_PRICE: Final = ("least_price", "closer_dearer")
"""The same where it lost by a term of the price, or by nothing but the order of equals."""
_IN_HASTE: Final = ("best_found", "closer_not_weighed")
"""The same where the way is not shown to be the least of all."""


def why(
    decided: Decided, way: Way, row: int, had: np.ndarray, kept: np.ndarray, *, is_deep: bool
) -> list[dict[str, Any]]:
    """Why this one and not the nearest, and by what it fills the line; `had` are the prices of who
    could have been had for it, `kept` who could not, by the limit of diversions alone. Only where
    it `is_deep` is it asked what else would have come of it.
    """
    situation, column = decided.situation, way.pairs[row]
    slot, unit = situation.slots[row], situation.units[column]
    nearest = _nearest(situation, row, np.flatnonzero(had < IMPOSSIBLE), column)
    code, passed = OF_NEAREST, list[dict[str, Any]]()
    if nearest != column:
        lost = lost_by(decided, way, (row, column), had, nearest)
        code, of_closer = _codes(lost["lost_by"])
        passed.append(_closer(decided, way, (row, nearest), of_closer, is_deep=is_deep) | lost)
    spared = _spared(situation, row, kept, column)
    if spared and code == OF_NEAREST:
        code = OF_ALLOWED
    if way.barred and code not in {OF_NEAREST, OF_ALLOWED}:
        code = "another_way"
    if unit.pinned_to == slot.incident_id:
        code = "pinned"
    said: list[dict[str, Any]] = [
        {"code": code, "capability": slot.capability, "method": situation.method}
    ]
    if slot.capability not in unit.capabilities:
        filled = {"capability": filled_by(slot, unit), "of": slot.capability}
        said.append({"code": "fills_instead", **filled})
    return [*said, *passed, *spared]


def _codes(lost: str) -> tuple[str, str]:
    """Of the chosen and of the closer one."""
    return _BY_CLOSER.get(lost, _BY_PRICE if lost == TIE or lost in TERMS else _IN_HASTE)


def _closer(
    decided: Decided, way: Way, pair: tuple[int, int], code: str, *, is_deep: bool
) -> dict[str, Any]:
    """That a closer unit was passed over, and where it may be asked what sending it would cost."""
    situation, (row, nearest) = decided.situation, pair
    saved = _eta_s(situation, row, way.pairs[row]) - _eta_s(situation, row, nearest)
    cost: dict[str, Any] = {}
    is_other = code not in {"closer_in_another_way", "closer_not_asked_for"}
    if is_other and is_deep and way.prices is not None and decided.allotment.allows():
        cost = instead(situation, way.prices, way.pairs, pair, decided.anew)
    call_sign = situation.units[nearest].call_sign
    return {"code": code, "call_sign": call_sign, "closer_by_s": round(saved, 1), **cost}


def _spared(situation: Situation, row: int, kept: np.ndarray, column: int) -> list[dict[str, Any]]:
    """The nearest of those whom the limit of diversions keeps where they are, if nearer."""
    nearest = _nearest(situation, row, kept, column)
    if nearest == column:
        return []
    call_sign = situation.units[nearest].call_sign
    closer_by_s = _eta_s(situation, row, column) - _eta_s(situation, row, nearest)
    return [
        {"code": DIVERSION_USED, "call_sign": call_sign, "closer_by_s": round(closer_by_s, 1),
         "lost_by": DIVERSION_USED}
    ]  # fmt: skip


def _nearest(situation: Situation, row: int, able: np.ndarray, column: int) -> int:
    """Who would be there first; the chosen one where nobody is sooner."""
    if not able.size:
        return column
    eta_s = situation.fleet.mobilise_ms[able] / 1_000 + situation.road_s[able, row]
    first = int(np.argmin(eta_s))
    is_sooner = float(eta_s[first]) < _eta_s(situation, row, column)
    return int(able[first]) if is_sooner else column


def considered(decided: Decided, way: Way, row: int, had: np.ndarray) -> list[dict[str, Any]]:
    """Who comes next, how much later, and what it lost by."""
    situation, column = decided.situation, way.pairs[row]
    price = decided.terms(row, column)
    order = [int(one) for one in np.argsort(had, kind="stable")[: ALTERNATIVES_MAX + 1]]
    others = [one for one in order if one != column and had[one] < IMPOSSIBLE]
    said: list[dict[str, Any]] = []
    for other in others[:ALTERNATIVES_MAX]:
        theirs = decided.terms(row, other)
        said.append(
            {"code": "considered", "call_sign": situation.units[other].call_sign,
             "later_by_s": round(theirs.eta_s - price.eta_s, 1),
             "dearer_by": round(theirs.total - price.total, 3),
             **lost_by(decided, way, (row, column), had, other)}
        )  # fmt: skip
    return said


def _eta_s(situation: Situation, row: int, column: int) -> float:
    return situation.units[column].mobilise_s + float(situation.road_s[column, row])
