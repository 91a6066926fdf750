"""Which units were not considered for an incident, by the first reason that holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from beaconfire_dispatch.domain.engine.commanding import commanded
from beaconfire_dispatch.domain.engine.pricing import FAR_S
from beaconfire_dispatch.domain.engine.state import Situation, Slot

NAMED_MAX: Final = 3
"""Units that are named for each reason, the nearest first: more nobody reads under stress, and how
many they are in all is said beside."""
DIVERSION_USED: Final = "diversion_used"
"""It could be turned round, but this incident may have no further crew turned round for it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A unit by its call sign (点名)."""

    unit_id: str
    call_sign: str


def by_reason(situation: Situation, mine: Sequence[int]) -> dict[str, np.ndarray]:
    """Units by reason: `capability`, `not_ours`, `vetoed`, `pinned_elsewhere`,
    `answers_more_urgent`, `bound`, `too_far`, DIVERSION_USED.

    `mine` are the places of one incident's slots; each unit stands by one reason.
    """
    fleet = situation.fleet
    slots = [situation.slots[row] for row in mine]
    able = np.array([fleet.steps((one.capability, *one.alternatives)) >= 0 for one in slots])
    far = situation.road_s[:, list(mine)].T >= FAR_S
    own, rolls = _own(situation, slots), fleet.answering > 0
    turned = able & (own | _is_as_urgent(situation, slots))
    reasons = {
        "capability": ~able.any(axis=0),
        "not_ours": ~commanded(fleet, slots[0].command) & ~own.any(axis=0),
        "vetoed": _all_of(able, _vetoed(situation, slots)),
        "pinned_elsewhere": _kept_elsewhere(situation, slots[0].incident_id),
        "answers_more_urgent": rolls & ~turned.any(axis=0),
        "bound": rolls & ~(turned & (own | ~fleet.is_bound)).any(axis=0),
        "too_far": _all_of(able, far),
        DIVERSION_USED: rolls & ~(turned & (own | _may_divert(slots))).any(axis=0),
    }
    left = np.ones(len(situation.units), dtype=bool)
    found: dict[str, np.ndarray] = {}
    for name, holds in reasons.items():
        units = np.flatnonzero(left & holds)
        if units.size:
            found[name] = units
        left &= ~holds
    return found


def ruled_out(situation: Situation, mine: Sequence[int]) -> dict[str, int]:
    """How many units by each reason."""
    return {name: len(units) for name, units in by_reason(situation, mine).items()}


def nearest_of(
    situation: Situation, row: int, found: Mapping[str, np.ndarray]
) -> dict[str, tuple[Named, ...]]:
    """Those of each reason that would be first at a slot, by name: NAMED_MAX at most.

    Units of another body are counted alone: whoever answers for the incident may not see them.
    """
    named: dict[str, tuple[Named, ...]] = {}
    is_ours = commanded(situation.fleet, situation.slots[row].command)
    for reason, every in found.items():
        units = every[is_ours[every]]
        if not units.size:
            continue
        eta_s = situation.fleet.mobilise_ms[units] / 1_000 + situation.road_s[units, row]
        first = units[nearest_few(eta_s, NAMED_MAX)].tolist()
        named[reason] = tuple(
            Named(situation.units[one].unit_id, situation.units[one].call_sign) for one in first
        )
    return named


def nearest_few(apart: np.ndarray, most: int) -> np.ndarray:
    """The places of the least of many, the least first; of equals the first."""
    if len(apart) <= most:
        return np.argsort(apart, kind="stable")
    least = np.flatnonzero(apart <= np.partition(apart, most - 1)[most - 1])
    return least[np.argsort(apart[least], kind="stable")][:most]


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


def _kept_elsewhere(situation: Situation, incident_id: str) -> np.ndarray:
    found = situation.fleet.is_kept.copy()
    for at in np.flatnonzero(found):
        found[at] = situation.units[at].pinned_to != incident_id
    return found


def _is_as_urgent(situation: Situation, slots: Sequence[Slot]) -> np.ndarray:
    """Which slot (row) is as urgent as what a unit (column) is under way to."""
    return np.array([[one.priority] for one in slots]) <= situation.fleet.answering


def _may_divert(slots: Sequence[Slot]) -> np.ndarray:
    """For which slot (row) a crew may still be turned round, whichever it is."""
    return np.array([[one.may_divert] for one in slots])


def _own(situation: Situation, slots: Sequence[Slot]) -> np.ndarray:
    """Which unit (column) is under way to which slot (row)."""
    place = situation.fleet.place
    found = np.zeros((len(slots), len(situation.units)), dtype=bool)
    for row, slot in enumerate(slots):
        if slot.held_by in place:
            found[row, place[slot.held_by]] = True
    return found
