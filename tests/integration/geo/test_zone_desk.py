"""Zones by the clock, and times that are after lifting what they were before declaring."""

import asyncio
from datetime import timedelta
from typing import Final

import httpx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.facts.geo import (
    GeofenceLeft,
    RoadsClosed,
    RoadsOpened,
    ZoneDeclared,
    ZoneLifted,
)
from beaconfire_contracts.places import Point
from beaconfire_geo.adapters.closures import PgClosures
from beaconfire_geo.application import lift_zone, open_roads
from beaconfire_geo.domain.closures import CLOSURES_MAX
from beaconfire_platform.ids import new_id
from beaconfire_spatial.fences import circle_ring
from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_closures import Closure, ClosuresOn
from beaconfire_spatial.road_engine import road_times
from beaconfire_testkit.grid import EAST, WEST, grid
from beaconfire_testkit.roads import grid_of_roads
from beaconfire_testkit.service import ServiceUnderTest

from .zone_parts import CAUSE, MIDDLE, a_desk, a_zone, declared, let_pass, seen, written

NETWORK = grid_of_roads(5)
FREE = road_times(NETWORK)
NODES = [NETWORK.point(one) for one in range(25)]
_WAITS_FOR_A_LOCK: Final = """
    select exists (select from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database()))
"""
CIRCLES = st.lists(
    st.tuples(st.integers(0, 24), st.floats(20, 900), st.sampled_from([0.0, 0.1, 0.5])),
    min_size=1,
    max_size=5,
)


@given(CIRCLES, st.permutations(range(5)))
def test_whatever_zones_come_and_go_times_after_the_last_is_lifted_are_those_before_the_first(
    circles: list[tuple[int, float, float]], order: list[int]
) -> None:
    laid = ClosuresOn(NETWORK)
    before = FREE.matrix(NODES, NODES, mode="lights")
    zones = {
        str(nth): Closure(circle_ring(NODES[node], radius_m), (), share)
        for nth, (node, radius_m, share) in enumerate(circles)
    }

    for nth in order:
        times = FREE.under(laid.slowing(zones)) if zones else FREE
        assert (times.matrix(NODES, NODES, mode="lights") >= before).all()
        zones.pop(str(nth), None)

    assert zones == {}
    assert np.array_equal(
        FREE.under(laid.slowing(zones)).matrix(NODES, NODES, mode="lights"), before
    )


async def test_a_planned_zone_begins_and_ends_by_the_clock(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    now = geo.ground.clock.now()
    zone = a_zone(
        now, speed_share=0.0, starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2)
    )
    await declared(geo, zone)
    desk, _ = await a_desk(geo)
    early = await desk.turn()

    let_pass(geo, timedelta(minutes=61))
    begun, again = await desk.turn(), await desk.turn()
    during = await desk.at(Point(MIDDLE.lon, MIDDLE.lat))
    let_pass(geo, timedelta(minutes=61))
    ended = await desk.turn()

    assert (early, begun, again, ended) == (0, 1, 0, 1)
    assert [one.zone_id for one in during] == [zone.zone_id]
    assert await desk.at(Point(MIDDLE.lon, MIDDLE.lat)) == []
    then = now + timedelta(minutes=90)
    assert [one.zone_id for one in await desk.at(Point(MIDDLE.lon, MIDDLE.lat), then)]
    assert len(await geo.told(ZoneDeclared)) == 1
    assert [one.expired for one in await geo.told(ZoneLifted)] == [True]
    assert len(await geo.told(RoadsClosed)) == len(await geo.told(RoadsOpened)) == 1


async def test_a_zone_for_whose_closure_there_is_no_room_holds_up_no_other(
    geo: ServiceUnderTest,
) -> None:
    now, minute = geo.ground.clock.now(), timedelta(minutes=1)
    await declared(geo, a_zone(now, speed_share=0.0, starts_at=now + minute))
    ending = await declared(geo, a_zone(now, ends_at=now + minute))
    pool = geo.ground.database.pool
    await pool.execute(
        "insert into road_closure (closure_id, roads, told, arcs, closed_at) "
        "select gen_random_uuid(), 'main', '{}', 1, now() from generate_series(1, $1)",
        CLOSURES_MAX,
    )
    desk, _ = await a_desk(geo)
    let_pass(geo, 2 * minute)

    first = await desk.turn()
    await pool.execute("delete from road_closure")
    waits = await desk.turn()
    other, _ = await a_desk(geo)

    assert (first, waits, await other.turn()) == (1, 0, 1)
    assert [one.zone_id for one in await geo.told(ZoneLifted)] == [ending.zone_id]


async def test_a_closure_that_is_lifted_by_hand_while_its_zone_is_lifted_is_opened_once(
    geo: ServiceUnderTest,
) -> None:
    zone = await declared(geo, a_zone(geo.ground.clock.now(), speed_share=0.0))
    assert zone.closure_id is not None
    database, now = geo.ground.database, geo.ground.clock.now()
    desk, _ = await a_desk(geo)

    async def lift_the_zone() -> None:
        async with database.transaction(*lift_zone.keys(zone.zone_id, "main"), cause=CAUSE) as tx:
            await lift_zone.lift_zone(
                zone.zone_id, zones=desk.zones(tx), roads=desk.roads(tx), facts=tx, now=now
            )

    async with database.transaction(*open_roads.keys(str(zone.closure_id)), cause=CAUSE) as tx:
        lifting = asyncio.create_task(lift_the_zone())
        closures = PgClosures(tx.connection)
        for _ in range(500):  # until it waits for us, which without the lock it never does
            if await tx.connection.fetchval(_WAITS_FOR_A_LOCK):
                break
            await asyncio.sleep(0.01)
        await open_roads.open_roads(str(zone.closure_id), closures=closures, facts=tx, now=now)
    await lifting

    assert len(await geo.told(RoadsOpened)) == len(await geo.told(ZoneLifted)) == 1


async def test_who_is_inside_a_zone_that_ends_is_let_go(
    geo: ServiceUnderTest,
) -> None:
    now = geo.ground.clock.now()
    zone = await declared(geo, a_zone(now, ends_at=now + timedelta(hours=1)))
    assert zone.begun_at is not None
    unit_id = new_id()
    await written(geo, [seen(unit_id, zone.begun_at + timedelta(seconds=1), 0.0)])
    desk, watch = await a_desk(geo)
    await watch.look()

    let_pass(geo, timedelta(hours=2))
    await desk.turn()

    assert [(one.unit_id, one.zone_lifted) for one in await geo.told(GeofenceLeft)] == [
        (unit_id, True)
    ]


async def test_a_point_is_in_danger_as_far_as_the_stand_off(geo: ServiceUnderTest) -> None:
    await declared(geo, a_zone(geo.ground.clock.now(), stand_off_m=200.0))
    desk, _ = await a_desk(geo)
    near, far = (Point(MIDDLE.lon, MIDDLE.lat + m / 111_195) for m in (290.0, 310.0))

    assert [len(await desk.at(one)) for one in (near, far)] == [1, 0]
    assert LonLat(near.lon, near.lat) != MIDDLE
