"""Begin on view: a crew, or a desk for it, says that it stands at something and works there."""

from dataclasses import dataclass

from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.ids import UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Invalid, UnitTaken
from beaconfire_contracts.vocabulary import UnitStatus
from beaconfire_dispatch.application.order_units import IncidentOver, UnitOutOfService
from beaconfire_dispatch.application.ports import (
    Assignments,
    Demands,
    Facts,
    Units,
    scope_of,
    unit_scope,
)
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.on_view import Begun, begin
from beaconfire_dispatch.domain.unit import Unit


class KnownAlready(Invalid):
    """What it is and where are told of what nobody knew of yet: this incident is open."""


@dataclass(frozen=True, slots=True)
class BeginOnView:
    """Which unit began what."""

    unit_id: UnitId
    begun: Begun


def keys(command: BeginOnView) -> tuple[LockKey, ...]:
    """The incident and the unit."""
    return (aggregate(command.begun.incident_id), aggregate(command.unit_id))


async def begin_on_view(
    command: BeginOnView,
    *,
    units: Units,
    assignments: Assignments,
    demands: Demands,
    facts: Facts,
) -> Assignment:
    """Keep and tell it; UnitTaken with the holder when it is on something else.

    A crew that was silent is there all the same; one that is out of service says so first.
    """
    demand = await demands.get(command.begun.incident_id)
    if demand is not None and not demand.is_live:
        raise IncidentOver
    unit = await units.get(command.unit_id)
    holder = await assignments.open_of_unit(unit.id)
    if holder is not None:
        raise UnitTaken(
            unit_id=unit.id, call_sign=unit.call_sign, incident_id=holder.incident_id,
            assignment_id=holder.id,
        )  # fmt: skip
    if unit.status is UnitStatus.OUT_OF_SERVICE:
        raise UnitOutOfService(
            unit_id=unit.id, call_sign=unit.call_sign, unit_status=unit.status.value
        )
    one, changed, told, status = begin(unit, command.begun)
    await assignments.order(one)
    await units.save(changed)
    await facts.tell(told, scope=_scope(demand, unit))
    await facts.tell(status, scope=unit_scope(unit))
    return one


def _scope(demand: Demand | None, unit: Unit) -> Scope:
    """Where nobody knew of it, whoever sees the unit may hear of it."""
    return unit_scope(unit) if demand is None else scope_of(demand)
