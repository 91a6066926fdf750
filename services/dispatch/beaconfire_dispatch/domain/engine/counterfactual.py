"""What would have come of sending the closer unit: the rest decided anew around it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from beaconfire_dispatch.domain.engine.lateness import WHOLE
from beaconfire_dispatch.domain.engine.matching import Decision, Pairs
from beaconfire_dispatch.domain.engine.pricing import IMPOSSIBLE, unmet_of
from beaconfire_dispatch.domain.engine.state import Situation

Anew = Callable[[np.ndarray], Decision]
"""Decides on the same picture at other prices."""


def instead(
    situation: Situation, prices: np.ndarray, pairs: Pairs, pair: tuple[int, int], anew: Anew
) -> dict[str, Any]:
    """What the closer unit for this slot costs the others: who waits longest for it, how much.

    `then_late_id` is the incident that waits `then_late_by_s` longer, or gets nobody
    (`then_unmet`); `then_dearer_by` is the price of all together. Nothing is said where it would
    have to be searched for, and where no other incident would wait longer.
    """
    row, column = pair
    forced = prices.copy()
    forced[row, :] = IMPOSSIBLE
    forced[:, column] = IMPOSSIBLE
    forced[row, column] = prices[row, column]
    found = anew(forced)
    if found.steps:
        return {}  # it might have been had for less: only what is the least of all is said
    otherwise = found.pairs
    dearer = (_price(situation, prices, otherwise) - _price(situation, prices, pairs)) / WHOLE
    own = situation.slots[row].incident_id
    others = [one for one in pairs if situation.slots[one].incident_id != own]
    unmet = [one for one in others if one not in otherwise]
    told = {"then_dearer_by": round(dearer / 1_000, 3)}
    if unmet:
        first = min(unmet, key=lambda one: (situation.slots[one].priority, one))
        return {**told, "then_late_id": situation.slots[first].incident_id, "then_unmet": True}
    later = {
        one: _eta_s(situation, one, otherwise[one]) - _eta_s(situation, one, pairs[one])
        for one in others
    }
    worst = max(later, key=lambda one: later[one], default=None)
    if worst is None or later[worst] <= 0:
        return told
    return {
        **told,
        "then_late_id": situation.slots[worst].incident_id,
        "then_late_by_s": round(later[worst], 1),
    }


def _price(situation: Situation, prices: np.ndarray, pairs: Pairs) -> int:
    unmet = unmet_of(situation.slots)
    return sum(
        int(prices[row, pairs[row]]) if row in pairs else int(unmet[row])
        for row in range(len(situation.slots))
    )


def _eta_s(situation: Situation, row: int, column: int) -> float:
    return situation.units[column].mobilise_s + float(situation.road_s[column, row])
