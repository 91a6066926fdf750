"""What dispatch tells of grid work: who answers for a cell, who saw a task, who is asked next."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.duties import Duty
from beaconfire_contracts.facts.registry import fact
from beaconfire_contracts.ids import BodyId, IncidentId, PersonId, TaskId
from beaconfire_contracts.vocabulary import DutyPart


@fact("dispatch", key="area")
@dataclass(frozen=True, slots=True)
class RosterChanged:
    """Who answers for an area, and when of a week, is this from now on; nobody if it is empty."""

    area: str
    version: int
    zone: str
    duties: tuple[Duty, ...]
    changed_at: datetime


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class TaskSeen:
    """Whoever was asked has the task before them, and has not answered by that."""

    incident_id: IncidentId
    task_id: TaskId
    person_id: PersonId | None
    seen_at: datetime


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class TaskEscalated:
    """Whoever was asked cannot, or took it in no time: the next part is asked, by another task."""

    incident_id: IncidentId
    task_id: TaskId
    to_task_id: TaskId
    part: DutyPart
    to_part: DutyPart
    reason: str
    escalated_at: datetime


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class TaskRaised:
    """Nobody of the desk is there by when it was to be done: the shift leader has it, once."""

    incident_id: IncidentId
    task_id: TaskId
    body: BodyId | None
    raised_at: datetime
