"""Put a proposed place away: the unit goes, or stays, where it belongs."""

from datetime import datetime

from beaconfire_contracts.ids import UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_dispatch.application.ports import Facts, Standbys, Units, unit_scope
from beaconfire_dispatch.domain.standby import Standby, declined


def keys(unit_id: UnitId) -> tuple[LockKey, ...]:
    """The unit."""
    return (aggregate(unit_id),)


async def decline_standby(
    unit_id: UnitId, *, units: Units, standbys: Standbys, facts: Facts, now: datetime
) -> Standby:
    """Put a proposal away; NothingProposed where there is none any more."""
    unit = await units.get(unit_id)
    one, told = declined(await standbys.of(unit_id), unit.fence, now)
    await standbys.save(one)
    await facts.tell(told, scope=unit_scope(unit))
    return one
