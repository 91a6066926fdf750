"""Turn a zone whose time has come: a planned one begins, one that is over ends."""

from datetime import datetime

from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_geo.application.ports import Facts
from beaconfire_geo.application.zoning import ZoneRoads, Zones


def keys(zone_id: str, roads: str) -> tuple[LockKey, ...]:
    """One zone at a time, and the closures of its roads."""
    return (aggregate(f"zone/{zone_id}"), aggregate(f"closures/{roads}"))


async def turn_zone(
    zone_id: str, *, zones: Zones, roads: ZoneRoads, facts: Facts, now: datetime
) -> bool:
    """Begin or end it by the clock; whether anything was due, for another may have been first."""
    zone = await zones.get(zone_id)
    if zone is None or zone.lifted_at is not None:
        return False
    if zone.is_over(now):
        lifted, over = zone.lift(now, expired=True)
        await roads.open(zone, now)
        await zones.keep(lifted)
        if over is not None:
            await facts.tell(over)
        return True
    if zone.begun_at is None and zone.plan.is_due(now):
        begun, told = zone.begin(now, await roads.close(zone, now))
        await zones.keep(begun)
        await facts.tell(told)
        return True
    return False
