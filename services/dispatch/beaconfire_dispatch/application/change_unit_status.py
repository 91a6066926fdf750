"""Change a unit's status: what a crew or a desk tells of the unit itself."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.ids import UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import StatusSource, UnitStatus
from beaconfire_dispatch.application.ports import Assignments, Facts, Units, unit_scope
from beaconfire_dispatch.domain.unit import Unit, told_status


@dataclass(frozen=True, slots=True)
class ChangeUnitStatus:
    """The status as told, when, by what means, and why."""

    unit_id: UnitId
    status: UnitStatus
    occurred_at: datetime
    source: StatusSource
    reason: str | None


def keys(command: ChangeUnitStatus) -> tuple[LockKey, ...]:
    """The unit."""
    return (aggregate(command.unit_id),)


async def change_unit_status(
    command: ChangeUnitStatus, *, units: Units, assignments: Assignments, facts: Facts
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
    return changed
