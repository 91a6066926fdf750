"""Lift a hazard zone: roads are as they were, but for what other closures say."""

from datetime import datetime

from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import NotFound
from beaconfire_geo.application.ports import Facts
from beaconfire_geo.application.zoning import ZoneRoads, Zones
from beaconfire_geo.domain.zones import HazardZone


def keys(zone_id: str, roads: str) -> tuple[LockKey, ...]:
    """One zone at a time, and the closures of its roads."""
    return (aggregate(f"zone/{zone_id}"), aggregate(f"closures/{roads}"))


async def lift_zone(
    zone_id: str, *, zones: Zones, roads: ZoneRoads, facts: Facts, now: datetime
) -> HazardZone:
    """Keep and tell that it is over; NotFound for none, ZoneOver for the second time."""
    zone = await zones.get(zone_id)
    if zone is None:
        raise NotFound
    lifted, told = zone.lift(now)
    await roads.open(zone, now)
    await zones.keep(lifted)
    if told is not None:
        await facts.tell(told)
    return lifted
