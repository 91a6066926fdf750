"""Declare a hazard zone: from now on, or from when it is to begin."""

from datetime import datetime

from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_geo.application.ports import Facts
from beaconfire_geo.application.zoning import ZoneRoads, Zones
from beaconfire_geo.domain.zones import ZONES_MAX, HazardZone, TooManyZones


def keys(zone_id: str, roads: str) -> tuple[LockKey, ...]:
    """One new zone at a time, or two would both be the last; and the closures of its roads."""
    return (aggregate("zones"), aggregate(f"zone/{zone_id}"), aggregate(f"closures/{roads}"))


async def declare_zone(
    zone: HazardZone, *, zones: Zones, roads: ZoneRoads, facts: Facts, now: datetime
) -> HazardZone:
    """Keep it; put it in force and tell it if it is due. TooManyZones where there is no room."""
    zone.plan.judge_times(now)
    if await zones.count() >= ZONES_MAX:
        raise TooManyZones
    if not zone.plan.is_due(now):
        await zones.keep(zone)
        return zone
    begun, told = zone.begin(now, await roads.close(zone, now))
    await zones.keep(begun)
    await facts.tell(told)
    return begun
