"""Register a unit: idempotent by its call sign, so that a seeding may be repeated."""

from beaconfire_contracts.facts.dispatch import UnitRegistered
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Conflict
from beaconfire_dispatch.application.ports import Facts, Units, unit_scope
from beaconfire_dispatch.domain.unit import Unit


class CallSignTaken(Conflict):
    """Another station's unit has this call sign."""


class StationRetired(Conflict):
    """The map has this station no longer: no further unit comes there."""


def keys(unit: Unit) -> tuple[LockKey, ...]:
    """One call sign at a time, and the unit that would have it."""
    return (aggregate(f"call-sign/{unit.call_sign}"), aggregate(unit.id))


async def register_unit(
    unit: Unit, *, units: Units, facts: Facts, is_station_retired: bool = False
) -> Unit:
    """Keep and tell a unit; the one that has the call sign already is answered instead.

    CallSignTaken when that one belongs elsewhere, where the caller may have nothing to see;
    StationRetired for a new one where nobody comes any more.
    """
    known = await units.by_call_sign(unit.call_sign)
    if known is not None:
        if known.station_id != unit.station_id:
            raise CallSignTaken(pointer="/call_sign")
        return known
    if is_station_retired:
        raise StationRetired(pointer="/station_id")
    await units.add(unit)
    told = UnitRegistered(
        unit.id,
        unit.call_sign,
        unit.kind,
        unit.body,
        unit.station_id,
        tuple(sorted(unit.capabilities)),
        unit.division,
        unit.status,
        unit.primary,
    )
    await facts.tell(told, scope=unit_scope(unit))
    return unit
