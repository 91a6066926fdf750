"""Take an assignment a step on: told by a crew under its fence, or by a desk under its version."""

from dataclasses import dataclass, replace
from typing import Final

from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Conflict
from beaconfire_contracts.vocabulary import AssignmentStatus, StatusSource, UnitStatus
from beaconfire_dispatch.application.ports import (
    Assignments,
    Demands,
    Facts,
    Units,
    scope_of,
    unit_scope,
)
from beaconfire_dispatch.domain.assignment import (
    ENDED,
    PATH,
    Assignment,
    Step,
    gaps_before,
    have_answered,
    stepped,
)
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.recall import TURNED_ROUND
from beaconfire_dispatch.domain.unit import OF_ASSIGNMENT, OUT_OF_WORK, Unit, with_status

NOT_ACKNOWLEDGED: Final = "not_acknowledged"
"""Why an order was taken back: whoever does not answer is proposed to nobody until they do."""


class AssignmentMoved(Conflict):
    """The assignment belongs to another incident since a moment ago; ask again."""

    retriable = True


@dataclass(frozen=True, slots=True)
class StepAssignment:
    """Which assignment, which step, and by which right."""

    assignment_id: AssignmentId
    incident_id: IncidentId
    unit_id: UnitId
    step: Step
    fence: int | None = None
    version: int | None = None


def keys(command: StepAssignment) -> tuple[LockKey, ...]:
    """The incident and the unit."""
    return (aggregate(command.incident_id), aggregate(command.unit_id))


async def step_assignment(
    command: StepAssignment,
    *,
    units: Units,
    assignments: Assignments,
    demands: Demands,
    facts: Facts,
) -> Assignment:
    """Move it on, and its unit with it; told twice it changes nothing.

    AssignmentMoved when a merge took it to another incident at this moment, which is not locked.
    """
    before = await assignments.get(command.assignment_id)
    if before.incident_id != command.incident_id:
        raise AssignmentMoved
    before.expect(fence=command.fence, version=command.version)
    after, told = stepped(before, command.step)
    if told is None:
        return before
    await assignments.save(after)
    demand = await demands.get(before.incident_id)
    await facts.tell(told, scope=scope_of(demand))
    if after.has_ended and not _leaves_a_gap(command.step):
        await _answer(demand or Demand(before.incident_id), assignments, demands)
    if after.status is not before.status:
        unit = await units.get(before.unit_id)
        becomes, reason = _becomes(unit, before, command.step)
        changed, status = with_status(
            unit,
            becomes,
            at=command.step.occurred_at,
            source=command.step.source,
            incident_id=None if after.has_ended else after.incident_id,
            assignment_id=None if after.has_ended else after.id,
            reason=reason,
            gaps=tuple(OF_ASSIGNMENT[one] for one in gaps_before(before, command.step.status)),
        )
        await units.save(changed)
        await facts.tell(status, scope=unit_scope(unit))
    return after


def _leaves_a_gap(step: Step) -> bool:
    """Whether whoever was to come did not, and nobody said that they need not."""
    is_told_off = step.source is not StatusSource.SYSTEM and step.reason != TURNED_ROUND
    return step.status is AssignmentStatus.REFUSED or not is_told_off


async def _answer(demand: Demand, assignments: Assignments, demands: Demands) -> None:
    """When the last leaves, nobody is asked for again: what was short did not come to be needed."""
    if have_answered(await assignments.of_incident(demand.incident_id), demand.opened_at):
        await demands.save(replace(demand, answered=True))


def _becomes(unit: Unit, before: Assignment, step: Step) -> tuple[UnitStatus, str | None]:
    """The unit's next status, and why; who broke down on the way is not free when let go."""
    if unit.status in OUT_OF_WORK and step.status in ENDED:
        return unit.status, unit.reason
    return _status_of_unit(before, step), step.reason


def _status_of_unit(before: Assignment, step: Step) -> UnitStatus:
    """What its unit does then: a crew that never left is in quarters, a silent one is unable."""
    if step.status is AssignmentStatus.CANCELLED:
        if step.reason == NOT_ACKNOWLEDGED:
            return UnitStatus.UNABLE
        if before.status in PATH[:2]:
            return UnitStatus.IN_SERVICE
    return OF_ASSIGNMENT[step.status]
