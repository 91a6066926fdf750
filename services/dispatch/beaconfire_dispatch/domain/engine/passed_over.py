"""What a unit was passed over for: the term that made it dearer, or what holds where none did."""

from typing import Any, Final

import numpy as np

from beaconfire_dispatch.domain.engine.decided import Decided, Way
from beaconfire_dispatch.domain.engine.state import Free

NEEDED_ELSEWHERE: Final = "needed_elsewhere"
"""It would be no dearer here, and goes to another incident (`needed_by`)."""
IN_ANOTHER_WAY: Final = "in_another_way"
"""It would be no dearer here, and is left out as another way sends it."""
TURNS_NOBODY: Final = "turns_nobody"
"""It would be no dearer here, and this way leaves every crew on its way."""
ASKED_FOR: Final = "asked_for"
"""A dispatcher keeps the chosen one for this incident."""
TIE: Final = "tie"
"""Both cost the same: `tie_by` says what decided, where that can be said."""
SEARCH_CUT: Final = "search_cut"
"""It is cheaper and free: the way is not the least of all, as it was found in haste."""
NO_TERM: Final = frozenset({NEEDED_ELSEWHERE, IN_ANOTHER_WAY, TURNS_NOBODY, ASKED_FOR, TIE})
RANKS: Final = 1_000
"""Prices are whole thousands; below that stand ranks, among equals alone (`pricing.py`)."""


def lost_by(
    decided: Decided, way: Way, pair: tuple[int, int], had: np.ndarray, other: int
) -> dict[str, Any]:
    """Why another unit, which could have been `had` for a slot, does not go in place of the chosen.

    A term is named only where it made the other dearer. Where nothing did, something else holds:
    the codes above, or the name of the step by which the way was found.
    """
    situation, (row, column) = decided.situation, pair
    unit, passed = situation.units[column], situation.units[other]
    incident_id = situation.slots[row].incident_id
    if unit.pinned_to == incident_id != passed.pinned_to:
        return {"lost_by": ASKED_FOR}
    dearer = int(had[other]) // RANKS - int(had[column]) // RANKS
    if dearer > 0:
        return _term(decided, pair, other, unit)
    if other in way.barred | way.spared:
        return {"lost_by": IN_ANOTHER_WAY if other in way.barred else TURNS_NOBODY}
    needed_by = next((one for one, taken in way.pairs.items() if taken == other), None)
    if needed_by is not None:
        return {
            "lost_by": NEEDED_ELSEWHERE, "needed_by": situation.slots[needed_by].incident_id
        }  # fmt: skip
    if dearer == 0:
        return _tie(unit, passed)
    return {"lost_by": next(iter(way.steps), SEARCH_CUT)}


def _term(decided: Decided, pair: tuple[int, int], other: int, unit: Free) -> dict[str, Any]:
    """The term that made it dearer most."""
    row, column = pair
    own, theirs = decided.terms(row, column).priced, decided.terms(row, other).priced
    term = max(theirs, key=lambda name: theirs[name] - own[name])
    if theirs[term] > own[term]:
        return {"lost_by": term}
    return _tie(unit, decided.situation.units[other])  # dearer by less than a term says


def _tie(unit: Free, passed: Free) -> dict[str, Any]:
    """Equals: who was sent longest ago goes first, then the lower id, where nothing else decided
    between more than two.
    """
    if unit.idle_since_s > passed.idle_since_s:
        return {"lost_by": TIE, "tie_by": "sent_longer_ago"}
    if unit.idle_since_s == passed.idle_since_s and unit.unit_id < passed.unit_id:
        return {"lost_by": TIE, "tie_by": "lower_id"}
    return {"lost_by": TIE}
