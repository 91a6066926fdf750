"""Change a hazard zone: its next version, with its roads closed anew."""

from dataclasses import replace
from datetime import datetime

from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import NotFound
from beaconfire_geo.application.ports import Facts
from beaconfire_geo.application.zoning import ChangeZone, ZoneRoads, Zones
from beaconfire_geo.domain.zones import HazardZone


def keys(zone_id: str, roads: str) -> tuple[LockKey, ...]:
    """One zone at a time, and the closures of its roads."""
    return (aggregate(f"zone/{zone_id}"), aggregate(f"closures/{roads}"))


async def change_zone(
    command: ChangeZone, *, zones: Zones, roads: ZoneRoads, facts: Facts, now: datetime
) -> HazardZone:
    """Keep and tell the next version; NotFound, ZoneMoved and ZoneOver where there is none."""
    zone = await zones.get(command.zone_id)
    if zone is None:
        raise NotFound
    changed, told = zone.change(command.plan, command.path, now, of_version=command.of_version)
    if told is not None:
        await roads.open(zone, now)
        changed = replace(changed, closure_id=await roads.close(changed, now))
        await facts.tell(told)
    await zones.keep(changed)
    return changed
