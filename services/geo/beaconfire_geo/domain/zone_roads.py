"""What a hazard zone does to roads: it is a closure like any other, under the zone's name."""

from datetime import datetime
from typing import Final

from beaconfire_contracts.facts.geo import RoadsClosed
from beaconfire_contracts.vocabulary import ClosureReason, ZoneKind
from beaconfire_geo.domain.closures import RoadClosure
from beaconfire_geo.domain.zones import HazardZone

_REASONS: Final = {
    ZoneKind.FIRE: ClosureReason.FIRE,
    ZoneKind.FLOOD: ClosureReason.FLOOD,
    ZoneKind.LANDSLIDE: ClosureReason.LANDSLIDE,
    ZoneKind.COLLAPSE: ClosureReason.COLLAPSE,
    ZoneKind.VIOLENCE: ClosureReason.POLICE,
}


def closure_of(
    zone: HazardZone, *, closure_id: str, roads: str, arcs: int, at: datetime
) -> RoadClosure | None:
    """The closure of all roads within a zone's ring; None where it leaves them alone.

    Also where no road is there today: a graph released tomorrow is closed there as well.
    """
    plan = zone.plan
    if plan.speed_share is None:
        return None
    told = RoadsClosed(
        closure_id, roads, plan.ring, (), plan.speed_share,
        _REASONS.get(plan.kind, ClosureReason.HAZARD), at, zone.incident_id, zone.zone_id,
    )  # fmt: skip
    return RoadClosure(told, zone.path, arcs)
