"""What tests of late positions are made of: a unit that was away, and what it sends afterwards."""

from datetime import datetime, timedelta
from typing import Final

from beaconfire_contracts.facts.geo import GeofenceEntered, GeofenceLeft
from beaconfire_geo.adapters.late_watch import LateWatch
from beaconfire_geo.adapters.position_desk import PositionDesk
from beaconfire_geo.adapters.position_store import PositionStore
from beaconfire_geo.adapters.unit_homes import UnitHomes
from beaconfire_geo.domain.late_crossings import Stretch
from beaconfire_platform.clock import RunningClock, wall_now
from beaconfire_platform.fix_batch import Fix, FixBatch, microseconds
from beaconfire_platform.ids import new_id
from beaconfire_platform.positions import LocalPositionStream
from beaconfire_testkit.service import ServiceUnderTest

from .zone_parts import a_desk, a_zone, declared, seen, written

SECOND: Final = timedelta(seconds=1)
AWAY_M: Final = 500.0
Told = list[tuple[datetime, bool, bool]]


async def settled_outside(geo: ServiceUnderTest) -> tuple[str, datetime]:
    """A unit that left a zone, was away and was seen north of it afterwards; and since when."""
    zone = await declared(geo, a_zone(geo.ground.clock.now() - 100 * SECOND))
    assert zone.begun_at is not None
    unit_id, began = new_id(), zone.begun_at
    track = [(1, 0.0), (5, AWAY_M), (60, AWAY_M), (61, AWAY_M)]
    await written(geo, [seen(unit_id, began + nth * SECOND, north_m) for nth, north_m in track])
    await look(geo)
    assert await told_late(geo) == []
    return unit_id, began


async def look(geo: ServiceUnderTest) -> None:
    """A process that begins anew settles what came in time, then looks through what did not."""
    _, watch = await a_desk(geo)
    await watch.look()
    await LateWatch(geo.ground.database).look()


async def watched_desk(geo: ServiceUnderTest) -> PositionDesk:
    """A desk as a process has it that begins anew, with its watch over the zones."""
    _, watch = await a_desk(geo)
    await watch.load()
    desk = PositionDesk(
        PositionStore(geo.ground.database),
        LocalPositionStream(),
        RunningClock(),
        UnitHomes(geo.ground.database),
        history_days=30,
        watch=watch,
    )
    await desk.load()
    return desk


async def written_late(
    geo: ServiceUnderTest, fixes: list[Fix], *, ago_s: float = 60.0, is_near: bool = True
) -> None:
    """Positions that come in after newer ones, as the desk hands them on."""
    moments = [microseconds(one.observed_at) for one in fixes]
    await PositionStore(geo.ground.database).write(
        FixBatch.of(fixes[:0]),
        FixBatch.of(fixes),
        received_at=wall_now() - timedelta(seconds=ago_s),
        late={fixes[0].unit_id: Stretch(min(moments), max(moments), max(moments), is_near)},
    )
    if ago_s:
        await let_stretches_age(geo)


async def let_stretches_age(geo: ServiceUnderTest) -> None:
    """As though all that came in had come in a minute earlier."""
    await geo.ground.database.pool.execute(
        "update fence_late set noted_at = noted_at - interval '1 minute'"
    )
    await geo.ground.database.pool.execute(
        "update position_history set received_at = received_at - interval '1 minute'"
    )


async def told(geo: ServiceUnderTest) -> Told:
    """When each crossing was, whether inward, whether told late; in order."""
    entered = [(one.entered_at, True, one.is_late) for one in await geo.told(GeofenceEntered)]
    left = [(one.left_at, False, one.is_late) for one in await geo.told(GeofenceLeft)]
    return sorted([*entered, *left])


async def told_late(geo: ServiceUnderTest) -> list[tuple[datetime, bool]]:
    """When each crossing was that was told late, and whether inward."""
    return [(at, is_inward) for at, is_inward, is_late in await told(geo) if is_late]


async def latest(geo: ServiceUnderTest) -> dict[str, datetime]:
    return {
        one.unit_id: one.observed_at
        for one in await PositionStore(geo.ground.database).all_latest()
    }


async def stretches(geo: ServiceUnderTest) -> list[tuple[str, datetime, datetime]]:
    rows = await geo.ground.database.pool.fetch(
        "select unit_id, from_at, to_at from fence_late order by late_id"
    )
    return [(str(one["unit_id"]), one["from_at"], one["to_at"]) for one in rows]
