"""Register a station: idempotent by its code, so that a seeding may be repeated."""

from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.facts.dispatch import StationRegistered
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Conflict
from beaconfire_dispatch.application.ports import Facts, Registers, Station


class StationCodeTaken(Conflict):
    """Another body's station has this code."""


def keys(station: Station) -> tuple[LockKey, ...]:
    """One code at a time, and the station that would have it."""
    return (aggregate(f"station-code/{station.code}"), aggregate(station.id))


async def register_station(station: Station, *, registers: Registers, facts: Facts) -> Station:
    """Keep and tell a station; the one that has the code already is answered instead.

    StationCodeTaken when that one is another body's, or lies in another division.
    """
    known = await registers.station_of(station.code)
    if known is not None:
        if (known.body, known.division) != (station.body, station.division):
            raise StationCodeTaken(pointer="/code")
        return known
    await registers.add_station(station)
    told = StationRegistered(
        station.id,
        station.code,
        station.name_zh,
        station.name_en,
        station.body,
        station.point,
        station.division,
    )
    await facts.tell(told, scope=Scope(owner=str(station.body), division=station.division))
    return station
