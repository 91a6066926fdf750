"""What tests of zones are made of: a plan, a zone, its desk and its watch over a real database."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import ZoneKind, ZoneSeverity
from beaconfire_geo.adapters.fence_watch import FenceWatch
from beaconfire_geo.adapters.key_places import KeyPlaces
from beaconfire_geo.adapters.maps import Maps
from beaconfire_geo.adapters.position_store import PositionStore
from beaconfire_geo.adapters.zone_desk import PgZoneDesk
from beaconfire_geo.application.declare_zone import declare_zone, keys
from beaconfire_geo.domain.zones import HazardZone, ZonePlan
from beaconfire_platform.clock import ClockState, wall_now
from beaconfire_platform.fix_batch import Fix, FixBatch
from beaconfire_platform.ids import new_id
from beaconfire_spatial.fences import circle_ring
from beaconfire_spatial.geometry import LonLat
from beaconfire_testkit.service import ServiceUnderTest

MIDDLE: Final = LonLat(174.705, -36.895)
CAUSE: Final = Cause(actor="test", correlation_id="test")
DEGREE_M: Final = 111_195.0
RING: Final = tuple(Point(one.lon, one.lat) for one in circle_ring(MIDDLE, 100.0))
PLAN: Final = ZonePlan(
    ZoneKind.FIRE, ZoneSeverity.SEVERE, "Yard", RING, Point(MIDDLE.lon, MIDDLE.lat), 100.0
)


def a_zone(now: datetime, **told: Any) -> HazardZone:
    """A circle of 100 m in the made-up city, declared now."""
    return HazardZone(new_id(), 1, replace(PLAN, **told), "akl", None, now, now)


async def a_desk(geo: ServiceUnderTest) -> tuple[PgZoneDesk, FenceWatch]:
    """A desk and a watch as another process has them, over the maps in force."""
    database, clock = geo.ground.database, geo.ground.clock
    maps = Maps(database, layer="grid", cell_level="cell", roads="main")
    await maps.load()
    watch = FenceWatch(database, clock)
    return PgZoneDesk(database, maps, KeyPlaces(database, "key-places"), watch, clock), watch


async def declared(geo: ServiceUnderTest, zone: HazardZone) -> HazardZone:
    """The zone as the use case keeps it."""
    desk, _ = await a_desk(geo)
    now = geo.ground.clock.now()
    async with geo.ground.database.transaction(*keys(zone.zone_id, "main"), cause=CAUSE) as tx:
        return await declare_zone(
            zone, zones=desk.zones(tx), roads=desk.roads(tx), facts=tx, now=now
        )


def let_pass(geo: ServiceUnderTest, time: timedelta) -> None:
    """Business time runs ahead."""
    geo.clock.follow(ClockState(geo.clock.now() + time, wall_now(), 1.0, paused=False))


def seen(unit_id: str, at: datetime, north_m: float) -> Fix:
    """A unit so many metres north of the zone's middle."""
    return Fix(unit_id, MIDDLE.lon, MIDDLE.lat + north_m / DEGREE_M, at)


async def written(geo: ServiceUnderTest, fixes: list[Fix], *, ago_s: float = 60.0) -> None:
    """Positions in history that came in some seconds ago, whatever they observed."""
    newest = {one.unit_id: one for one in sorted(fixes, key=lambda one: one.observed_at)}
    received_at = wall_now() - timedelta(seconds=ago_s)
    await PositionStore(geo.ground.database).write(
        FixBatch.of(newest.values()), FixBatch.of(fixes), received_at=received_at
    )
