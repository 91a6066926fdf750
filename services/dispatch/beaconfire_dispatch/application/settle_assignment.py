"""Settle an assignment whose incident is over, or is followed in another one now.

Closing cancels what remains; merging moves a unit to the incident that goes on and turns nobody
round; splitting brings it home.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from beaconfire_contracts.facts.dispatch import AssignmentMovedAway, AssignmentRehomed
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import AssignmentStatus, StatusSource
from beaconfire_dispatch.application.ports import (
    Assignments,
    Demands,
    Facts,
    Units,
    scope_of,
    unit_scope,
)
from beaconfire_dispatch.application.step_assignment import StepAssignment, step_assignment
from beaconfire_dispatch.domain.assignment import Assignment, Step
from beaconfire_dispatch.domain.unit import with_status


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An open assignment, where it is, and where it belongs by now."""

    assignment_id: AssignmentId
    unit_id: UnitId
    incident_id: IncidentId
    home_id: IncidentId
    goal_id: IncidentId


def keys(command: Unsettled) -> tuple[LockKey, ...]:
    """All incidents concerned and the unit."""
    names = {command.incident_id, command.home_id, command.goal_id, command.unit_id}
    return tuple(aggregate(name) for name in sorted(names))


async def settle_assignment(
    command: Unsettled,
    *,
    units: Units,
    assignments: Assignments,
    demands: Demands,
    facts: Facts,
    now: datetime,
) -> None:
    """Move it to where it belongs, and cancel it when that is over; done already, do nothing."""
    one = await assignments.get(command.assignment_id)
    if one.has_ended or one.incident_id != command.incident_id:
        return
    if one.incident_id != command.goal_id:
        one = await _move(one, command.goal_id, units, assignments, demands, facts)
    goal = await demands.get(command.goal_id)
    if goal is not None and goal.ended:
        step = Step(AssignmentStatus.CANCELLED, now, StatusSource.SYSTEM, reason="incident_over")
        await step_assignment(
            StepAssignment(one.id, one.incident_id, one.unit_id, step),
            units=units,
            assignments=assignments,
            demands=demands,
            facts=facts,
        )


async def _move(
    one: Assignment,
    goal_id: IncidentId,
    units: Units,
    assignments: Assignments,
    demands: Demands,
    facts: Facts,
) -> Assignment:
    """The unit does what it did, for another incident: its own stream says so too."""
    moved = replace(one, incident_id=goal_id, version=one.version + 1)
    await assignments.save(moved)
    away = AssignmentMovedAway(one.incident_id, one.id, one.unit_id, goal_id)
    here = AssignmentRehomed(
        goal_id, one.id, one.unit_id, one.incident_id, one.status, one.fence, one.dispatched_at,
        moved.version,
    )  # fmt: skip
    await facts.tell(away, scope=scope_of(await demands.get(one.incident_id)))
    await facts.tell(here, scope=scope_of(await demands.get(goal_id)))
    unit = await units.get(one.unit_id)
    changed, status = with_status(
        unit, unit.status, at=unit.since, source=StatusSource.SYSTEM, incident_id=goal_id,
        assignment_id=one.id, reason=unit.reason,
    )  # fmt: skip
    await units.save(changed)
    await facts.tell(status, scope=unit_scope(unit))
    return moved
