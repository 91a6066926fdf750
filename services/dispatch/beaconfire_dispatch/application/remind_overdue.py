"""Remind whoever does not acknowledge, then take the order back; each told once, as a fact."""

from dataclasses import dataclass, replace
from datetime import datetime

from beaconfire_contracts.facts.dispatch import Reassigned, Reminded
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import AssignmentStatus, StatusSource
from beaconfire_dispatch.application.ports import Assignments, Demands, Facts, Units, scope_of
from beaconfire_dispatch.application.step_assignment import (
    NOT_ACKNOWLEDGED,
    StepAssignment,
    step_assignment,
)
from beaconfire_dispatch.domain.assignment import Assignment, Step


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
    facts: Facts,
    now: datetime,
) -> None:
    """First a reminder with as much patience again; then the order goes back to the desk.

    Under `propose` nobody else is ordered: the incident stands in the recommendations again.
    """
    one = await assignments.get(command.assignment.id)
    if one.incident_id != command.assignment.incident_id:
        return  # a merge took it along at this moment: the next look finds it there
    if one.status is not AssignmentStatus.DISPATCHED or one.acknowledge_by > now:
        return
    scope = scope_of(await demands.get(one.incident_id))
    if one.reminded_at is None:
        patience = one.acknowledge_by - one.dispatched_at
        await assignments.save(
            replace(one, reminded_at=now, acknowledge_by=now + patience, version=one.version + 1)
        )
        await facts.tell(Reminded(one.incident_id, one.id, one.unit_id, now), scope=scope)
        return
    await facts.tell(Reassigned(one.incident_id, one.id, one.unit_id, now), scope=scope)
    step = Step(AssignmentStatus.CANCELLED, now, StatusSource.SYSTEM, reason=NOT_ACKNOWLEDGED)
    await step_assignment(
        StepAssignment(one.id, one.incident_id, one.unit_id, step),
        units=units,
        assignments=assignments,
        demands=demands,
        facts=facts,
    )
