"""Recall an assignment: undone at once while nobody can have heard of it, else called back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import AssignmentStatus, OverdueMatter, StatusSource
from beaconfire_dispatch.application.ports import (
    Assignments,
    Deadlines,
    Demands,
    Facts,
    Policies,
    Units,
    policy_for,
    scope_of,
)
from beaconfire_dispatch.application.step_assignment import (
    AssignmentMoved,
    StepAssignment,
    step_assignment,
)
from beaconfire_dispatch.domain.assignment import Assignment, Step
from beaconfire_dispatch.domain.recall import Deadline, recalled


@dataclass(frozen=True, slots=True)
class RecallAssignment:
    """Which order is called back, by what means and why, as the caller saw it."""

    assignment_id: AssignmentId
    incident_id: IncidentId
    unit_id: UnitId
    reason: str
    source: StatusSource
    version: int | None = None


def keys(command: RecallAssignment) -> tuple[LockKey, ...]:
    """The incident and the unit."""
    return (aggregate(command.incident_id), aggregate(command.unit_id))


async def recall_assignment(
    command: RecallAssignment,
    *,
    units: Units,
    assignments: Assignments,
    demands: Demands,
    policies: Policies,
    deadlines: Deadlines,
    facts: Facts,
    now: datetime,
) -> Assignment:
    """One wish of the desk, whichever of the two it comes to: nobody has to know which."""
    before = await assignments.get(command.assignment_id)
    if before.incident_id != command.incident_id:
        raise AssignmentMoved
    before.expect(fence=None, version=command.version)
    if not before.has_ended and not await assignments.has_gone_out(before.id):
        step = Step(AssignmentStatus.CANCELLED, now, command.source, command.reason)
        undone = StepAssignment(before.id, before.incident_id, before.unit_id, step)
        return await step_assignment(
            undone, units=units, assignments=assignments, demands=demands, facts=facts
        )
    after, told = recalled(before, at=now, reason=command.reason)
    if told is None:
        return before
    demand = await demands.get(before.incident_id)
    policy = await policy_for(demand, policies)
    await assignments.save(after)
    due_at = now + timedelta(seconds=policy.acknowledge_s)
    await deadlines.set(
        Deadline(OverdueMatter.RECALL, before.id, before.incident_id, before.unit_id, due_at)
    )
    await facts.tell(told, scope=scope_of(demand))
    return after
