"""Change a unit's status: what a crew or a desk tells of the unit itself.

Who breaks down on the way comes no more: its order ends, and its incident asks for somebody else.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from beaconfire_contracts.ids import IncidentId, UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import AssignmentStatus, StatusSource, UnitStatus
from beaconfire_dispatch.application.ports import (
    Assignments,
    Demands,
    Facts,
    Units,
    unit_scope,
)
from beaconfire_dispatch.application.step_assignment import (
    AssignmentMoved,
    StepAssignment,
    step_assignment,
)
from beaconfire_dispatch.domain.assignment import Assignment, Step
from beaconfire_dispatch.domain.recall import STILL_COMING
from beaconfire_dispatch.domain.unit import OUT_OF_WORK, Unit, told_status

BROKE_DOWN: Final = "broke_down"
"""Why an order ended whose unit went out of service, or unable, before it arrived."""


@dataclass(frozen=True, slots=True)
class ChangeUnitStatus:
    """The status as told, when, by what means, and why; what the unit was seen to be on."""

    unit_id: UnitId
    status: UnitStatus
    occurred_at: datetime
    source: StatusSource
    reason: str | None
    incident_id: IncidentId | None = None


def keys(command: ChangeUnitStatus) -> tuple[LockKey, ...]:
    """The unit, and the incident that it is on."""
    on = () if command.incident_id is None else (aggregate(command.incident_id),)
    return (aggregate(command.unit_id), *on)


async def change_unit_status(
    command: ChangeUnitStatus,
    *,
    units: Units,
    assignments: Assignments,
    demands: Demands,
    facts: Facts,
) -> Unit:
    """Keep and tell it; told twice it changes nothing."""
    unit = await units.get(command.unit_id)
    if unit.status is command.status and unit.reason == command.reason:
        return unit
    holder = await assignments.open_of_unit(unit.id)
    changed, fact = told_status(
        unit,
        command.status,
        at=command.occurred_at,
        source=command.source,
        reason=command.reason,
        incident_id=None if holder is None else holder.incident_id,
        assignment_id=None if holder is None else holder.id,
    )
    await units.save(changed)
    await facts.tell(fact, scope=unit_scope(unit))
    if holder is None or command.status not in OUT_OF_WORK or holder.status not in STILL_COMING:
        return changed
    await _give_up(holder, command, units, assignments, demands, facts)
    return await units.get(unit.id)


async def _give_up(
    holder: Assignment,
    command: ChangeUnitStatus,
    units: Units,
    assignments: Assignments,
    demands: Demands,
    facts: Facts,
) -> None:
    """By the system, as nobody said that it need not come; AssignmentMoved when it was moved."""
    if holder.incident_id != command.incident_id:
        raise AssignmentMoved
    step = Step(AssignmentStatus.CANCELLED, command.occurred_at, StatusSource.SYSTEM, BROKE_DOWN)
    await step_assignment(
        StepAssignment(holder.id, holder.incident_id, holder.unit_id, step),
        units=units,
        assignments=assignments,
        demands=demands,
        facts=facts,
    )
