"""A recall: an order that has left is called back, and holds until its crew says that it heard."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from beaconfire_contracts.facts.dispatch import RecallRequested
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.refusals import Conflict
from beaconfire_contracts.vocabulary import AssignmentStatus, OverdueMatter
from beaconfire_dispatch.domain.assignment import PATH, Assignment, AssignmentEnded

UNDO_S: Final = 15.0
"""So long, by the wall, an order that no crew has answered is held to be unheard: a mistake is
undone before a pager is read. Afterwards somebody may be running for the vehicle."""
NEEDED_ELSEWHERE: Final = "needed_elsewhere"
"""Why a crew is called back while its incident goes on: another must be sent there at once."""
TURNED_ROUND: Final = "turned_round"
"""Why an order ended whose crew was sent elsewhere by the next one, in the same moment."""
REPLACED: Final = "replaced"
"""Why a crew is called back: a better placed one comes instead."""
GIVES_WAY: Final = frozenset({NEEDED_ELSEWHERE, REPLACED})
"""Why a crew is called back though its incident is to go on, with another."""
DESK_RECALLED: Final = "desk_recalled"
"""Why a crew is called back where its desk gives no reason: the incident goes on, as it seems."""
LEAVES_A_GAP: Final = GIVES_WAY | {DESK_RECALLED}
"""Why a crew that has not heard it yet counts no more: another is proposed at once. Where a reason
says that nobody is needed, as of a false report, it counts until it is back."""
STILL_COMING: Final = frozenset(PATH) - {AssignmentStatus.ON_SCENE}


class OrderWentOut(Conflict):
    """The order went out: it cannot be undone any more, recall it."""


class CrewThere(Conflict):
    """The crew is there already: it is cleared, not recalled."""


class NotRecalled(Conflict):
    """Nobody has recalled this unit."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """What must have happened by a moment, else the shift leader has it, once (时限)."""

    matter: OverdueMatter
    subject_id: AssignmentId
    incident_id: IncidentId
    unit_id: UnitId
    due_at: datetime


def recalled(
    one: Assignment, *, at: datetime, reason: str
) -> tuple[Assignment, RecallRequested | None]:
    """The assignment with its recall; called back twice it is told once."""
    if one.has_ended:
        raise AssignmentEnded(assignment_status=one.status.value)
    if one.status not in STILL_COMING:
        raise CrewThere(assignment_status=one.status.value)
    if one.recall_at is not None:
        return one, None
    changed = replace(one, recall_at=at, recall_reason=reason, version=one.version + 1)
    return changed, RecallRequested(one.incident_id, one.id, one.unit_id, at, reason)
