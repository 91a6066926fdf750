"""Send a unit that nobody needs to a place to stand by."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.ids import StationId, UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_dispatch.application.order_units import UnitOutOfService
from beaconfire_dispatch.application.ports import Assignments, Facts, Standbys, Units, unit_scope
from beaconfire_dispatch.domain.standby import Standby, ordered
from beaconfire_dispatch.domain.unit import Unit, UnitAtWork


@dataclass(frozen=True, slots=True)
class OrderStandby:
    """Which unit stands by where."""

    unit_id: UnitId
    station_id: StationId


def keys(command: OrderStandby) -> tuple[LockKey, ...]:
    """The unit."""
    return (aggregate(command.unit_id),)


async def order_standby(
    command: OrderStandby,
    *,
    units: Units,
    assignments: Assignments,
    standbys: Standbys,
    facts: Facts,
    now: datetime,
) -> Standby:
    """Keep and tell it; UnitAtWork, UnitOutOfService where it is not free."""
    unit = await _free(command.unit_id, units, assignments)
    before = await standbys.of(unit.id)
    one, told = ordered(before, unit.id, command.station_id, unit.fence, now)
    await standbys.save(one)
    await facts.tell(told, scope=unit_scope(unit))
    return one


async def _free(unit_id: UnitId, units: Units, assignments: Assignments) -> Unit:
    unit = await units.get(unit_id)
    if await assignments.open_of_unit(unit_id) is not None:
        raise UnitAtWork
    if not unit.may_be_sent:
        raise UnitOutOfService(
            unit_id=unit_id, call_sign=unit.call_sign, unit_status=unit.status.value
        )
    return unit
