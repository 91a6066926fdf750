"""Remind whoever does not acknowledge, then take the order back; each told once, as a fact."""

from dataclasses import dataclass, replace
from datetime import datetime

from beaconfire_contracts.facts.dispatch import Reassigned, Reminded
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import AssignmentStatus, OverdueMatter, StatusSource
from beaconfire_dispatch.application.ports import (
    Assignments,
    Deadlines,
    Demands,
    Facts,
    Units,
    scope_of,
)
from beaconfire_dispatch.application.step_assignment import (
    NOT_ACKNOWLEDGED,
    StepAssignment,
    step_assignment,
)
from beaconfire_dispatch.domain.assignment import Assignment, Step
from beaconfire_dispatch.domain.recall import Deadline


@dataclass(frozen=True, slots=True)
class Overdue:
    """An order that nobody acknowledged, as the desk of deadlines found it."""

    assignment: Assignment


def keys(command: Overdue) -> tuple[LockKey, ...]:
    """The incident and the unit."""
    return (aggregate(command.assignment.incident_id), aggregate(command.assignment.unit_id))


async def remind_overdue(
    command: Overdue,
    *,
    units: Units,
    assignments: Assignments,
    demands: Demands,
    deadlines: Deadlines,
    facts: Facts,
    now: datetime,
) -> None:
    """First a reminder with as much patience again; then the order goes back to the desk.

    The incident stands in the recommendations again, so the next unit is proposed. When nobody has
    answered after as long once more, the shift leader has it (`raise_overdue`).
    """
    one = await assignments.get(command.assignment.id)
    if one.incident_id != command.assignment.incident_id:
        return  # a merge took it along at this moment: the next look finds it there
    if one.status is not AssignmentStatus.DISPATCHED or one.acknowledge_by > now:
        return
    if one.recall_at is not None:
        return  # whom the desk called back is not asked to go: the recall has its own deadline
    scope = scope_of(await demands.get(one.incident_id))
    if one.reminded_at is None:
        patience = one.acknowledge_by - one.dispatched_at
        await assignments.save(
            replace(one, reminded_at=now, acknowledge_by=now + patience, version=one.version + 1)
        )
        await facts.tell(Reminded(one.incident_id, one.id, one.unit_id, now), scope=scope)
        return
    patience = (one.acknowledge_by - one.dispatched_at) / 2  # it was given twice by now
    await deadlines.set(
        Deadline(OverdueMatter.ACKNOWLEDGE, one.id, one.incident_id, one.unit_id, now + patience)
    )
    await facts.tell(Reassigned(one.incident_id, one.id, one.unit_id, now), scope=scope)
    step = Step(AssignmentStatus.CANCELLED, now, StatusSource.SYSTEM, reason=NOT_ACKNOWLEDGED)
    await step_assignment(
        StepAssignment(one.id, one.incident_id, one.unit_id, step),
        units=units,
        assignments=assignments,
        demands=demands,
        facts=facts,
    )
