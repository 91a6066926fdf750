"""How many units were not considered for an incident, by the first reason that holds."""

from collections.abc import Sequence

import numpy as np

from beaconfire_dispatch.domain.engine.commanding import commanded
from beaconfire_dispatch.domain.engine.pricing import FAR_S
from beaconfire_dispatch.domain.engine.state import Situation, Slot


def ruled_out(situation: Situation, mine: Sequence[int]) -> dict[str, int]:
    """By reason: `capability`, `not_ours`, `vetoed`, `pinned_elsewhere`, `answers_more_urgent`,
    `too_far`.

    `mine` are the places of one incident's slots; each unit is counted once.
    """
    fleet = situation.fleet
    slots = [situation.slots[row] for row in mine]
    able = np.array([fleet.steps((one.capability, *one.alternatives)) >= 0 for one in slots])
    far = situation.road_s[:, list(mine)].T >= FAR_S
    reasons = {
        "capability": ~able.any(axis=0),
        "not_ours": ~commanded(fleet, slots[0].command) & ~_held(situation, slots),
        "vetoed": _all_of(able, _vetoed(situation, slots)),
        "pinned_elsewhere": _kept_elsewhere(situation, slots[0].incident_id),
        "answers_more_urgent": (fleet.answering > 0) & ~(able & _may_turn(situation, slots)).any(0),
        "too_far": _all_of(able, far),
    }
    left = np.ones(len(situation.units), dtype=bool)
    found: dict[str, int] = {}
    for name, holds in reasons.items():
        count = int((left & holds).sum())
        if count:
            found[name] = count
        left &= ~holds
    return found


def _all_of(able: np.ndarray, holds: np.ndarray) -> np.ndarray:
    """For whom it holds of every slot that they could fill."""
    return np.all(~able | holds, axis=0)


def _vetoed(situation: Situation, slots: Sequence[Slot]) -> np.ndarray:
    """Which unit (column) a desk will not have sent to which slot (row)."""
    place = situation.fleet.place
    found = np.zeros((len(slots), len(situation.units)), dtype=bool)
    for row, slot in enumerate(slots):
        found[row, [place[one] for one in slot.vetoed if one in place]] = True
    return found


def _held(situation: Situation, slots: Sequence[Slot]) -> np.ndarray:
    """Who is under way to one of these slots."""
    found = np.zeros(len(situation.units), dtype=bool)
    place = situation.fleet.place
    found[[place[one.held_by] for one in slots if one.held_by in place]] = True
    return found


def _kept_elsewhere(situation: Situation, incident_id: str) -> np.ndarray:
    found = situation.fleet.is_kept.copy()
    for at in np.flatnonzero(found):
        found[at] = situation.units[at].pinned_to != incident_id
    return found


def _may_turn(situation: Situation, slots: Sequence[Slot]) -> np.ndarray:
    """Which unit may go to which slot from what it is under way to, or is under way to it."""
    fleet = situation.fleet
    found = np.zeros((len(slots), len(situation.units)), dtype=bool)
    for row, slot in enumerate(slots):
        if slot.may_divert:
            found[row] = ~fleet.is_bound & (slot.priority <= fleet.answering)
        if slot.held_by in fleet.place:
            found[row, fleet.place[slot.held_by]] = True
    return found
