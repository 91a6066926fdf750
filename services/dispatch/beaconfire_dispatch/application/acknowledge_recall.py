"""Acknowledge a recall: the crew heard it, its order ends, and it is free where it stands."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.dispatch import RecallAcknowledged
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import AssignmentStatus, StatusSource
from beaconfire_dispatch.application.ports import Assignments, Demands, Facts, Units, scope_of
from beaconfire_dispatch.application.step_assignment import (
    AssignmentMoved,
    StepAssignment,
    step_assignment,
)
from beaconfire_dispatch.domain.assignment import Assignment, Step
from beaconfire_dispatch.domain.recall import NEEDED_ELSEWHERE, NotRecalled


@dataclass(frozen=True, slots=True)
class AcknowledgeRecall:
    """Whose recall was heard, when, by what means and by which right."""

    assignment_id: AssignmentId
    incident_id: IncidentId
    unit_id: UnitId
    occurred_at: datetime
    source: StatusSource
    fence: int | None = None
    version: int | None = None
    told_at: datetime | None = None


def keys(command: AcknowledgeRecall) -> tuple[LockKey, ...]:
    """The incident and the unit."""
    return (aggregate(command.incident_id), aggregate(command.unit_id))


async def acknowledge_recall(
    command: AcknowledgeRecall,
    *,
    units: Units,
    assignments: Assignments,
    demands: Demands,
    facts: Facts,
) -> Assignment:
    """End it; told twice it changes nothing. Who was needed elsewhere leaves a gap behind."""
    before = await assignments.get(command.assignment_id)
    if before.incident_id != command.incident_id:
        raise AssignmentMoved
    before.expect(fence=command.fence, version=command.version)
    if before.recall_at is None:
        raise NotRecalled
    if before.has_ended:
        return before
    told = RecallAcknowledged(before.incident_id, before.id, before.unit_id, command.occurred_at)
    await facts.tell(told, scope=scope_of(await demands.get(before.incident_id)))
    reason = before.recall_reason or ""
    source = StatusSource.SYSTEM if reason == NEEDED_ELSEWHERE else command.source
    step = Step(
        AssignmentStatus.CANCELLED, command.occurred_at, source, reason, told_at=command.told_at
    )
    return await step_assignment(
        StepAssignment(before.id, before.incident_id, before.unit_id, step),
        units=units,
        assignments=assignments,
        demands=demands,
        facts=facts,
    )
