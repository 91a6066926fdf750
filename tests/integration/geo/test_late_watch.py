"""A phone that was away sends where it was: the stays that nobody knew of are told, once."""

import asyncio

import asyncpg
import pytest

from beaconfire_geo.adapters import late_store, late_watch
from beaconfire_platform.fix_batch import FixBatch
from beaconfire_platform.ids import new_id
from beaconfire_platform.positions import LocalPositionStream
from beaconfire_testkit.service import ServiceUnderTest

from .late_parts import (
    AWAY_M,
    SECOND,
    latest,
    let_stretches_age,
    look,
    settled_outside,
    stretches,
    told,
    told_late,
    written_late,
)
from .test_position_desk import a_desk as a_position_desk
from .zone_parts import a_desk, a_zone, declared, seen, written


async def test_a_stay_that_a_phone_sends_late_is_told_once_and_moves_no_marker(
    geo: ServiceUnderTest,
) -> None:
    unit_id, began = await settled_outside(geo)
    late = [seen(unit_id, began + nth * SECOND, 0.0) for nth in (20, 21)]
    marker = (await latest(geo))[unit_id]

    await written_late(geo, late)
    for _ in range(2):  # the second by a process that begins anew
        _, watch = await a_desk(geo)
        await watch.look()

    assert await told_late(geo) == [(late[0].observed_at, True), (began + 60 * SECOND, False)]
    assert (await latest(geo))[unit_id] == marker
    assert await stretches(geo) == []


async def test_an_absence_from_a_zone_is_told_late_though_the_unit_is_far_from_it_then(
    geo: ServiceUnderTest,
) -> None:
    zone = await declared(geo, a_zone(geo.ground.clock.now() - 100 * SECOND))
    assert zone.begun_at is not None
    unit_id, began = new_id(), zone.begun_at
    await written(geo, [seen(unit_id, began + nth * SECOND, 0.0) for nth in (1, 60, 61)])
    await look(geo)
    entered = await told(geo)

    await written_late(geo, [seen(unit_id, began + 30 * SECOND, 50_000.0)])
    await look(geo)

    assert [one[1:] for one in entered] == [(True, False)]
    assert await told(geo) == [
        *entered,
        (began + 30 * SECOND, False, True),
        (began + 60 * SECOND, True, True),
    ]


async def test_two_instances_that_look_at_once_tell_a_late_stay_once(
    geo: ServiceUnderTest,
) -> None:
    unit_id, began = await settled_outside(geo)
    await written_late(geo, [seen(unit_id, began + 20 * SECOND, 0.0)])
    watches = [(await a_desk(geo))[1] for _ in range(2)]

    await asyncio.gather(*(one.look() for one in watches))

    assert [is_inward for _, is_inward in await told_late(geo)] == [True, False]


async def test_a_stretch_waits_until_no_more_of_it_comes(geo: ServiceUnderTest) -> None:
    unit_id, began = await settled_outside(geo)
    await written_late(geo, [seen(unit_id, began + 20 * SECOND, 0.0)], ago_s=0)

    await look(geo)
    too_early = await told_late(geo)
    await let_stretches_age(geo)
    await look(geo)

    assert too_early == []
    assert len(await told_late(geo)) == 2


async def test_a_stretch_of_more_positions_than_are_read_at_once_is_looked_through_in_parts(
    geo: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (late_store, late_watch):
        monkeypatch.setattr(module, "FIXES_AT_ONCE_MAX", 4)
    unit_id, began = await settled_outside(geo)
    north_m = [0.0, 0.0, 99.0, AWAY_M, AWAY_M, 0.0, 0.0, 0.0]
    late = [seen(unit_id, began + (20 + nth) * SECOND, one) for nth, one in enumerate(north_m)]
    await written_late(geo, late)

    for _ in range(6):
        await let_stretches_age(geo)
        await look(geo)

    assert [(at - began) / SECOND for at, _ in await told_late(geo)] == [20, 23, 25, 60]
    assert await stretches(geo) == []


async def test_a_desk_hands_on_whose_positions_came_late(geo: ServiceUnderTest) -> None:
    unit_id, began = await settled_outside(geo)
    desk = a_position_desk(geo, LocalPositionStream())
    await desk.load()
    late = [seen(unit_id, began + nth * SECOND, 0.0) for nth in (20, 30)]
    soon = seen(unit_id, began + 59 * SECOND, 0.0)

    desk.record(FixBatch.of([late[1], soon, late[0]]))
    await desk.write()

    assert await stretches(geo) == [(unit_id, late[0].observed_at, late[1].observed_at)]


async def test_a_stretch_that_could_not_be_written_is_written_later(
    geo: ServiceUnderTest, database: str
) -> None:
    unit_id, began = await settled_outside(geo)
    desk = a_position_desk(geo, LocalPositionStream())
    await desk.load()
    owner = await asyncpg.connect(database)
    await owner.execute("alter table geo.latest_position rename to away")
    late = [seen(unit_id, began + nth * SECOND, 0.0) for nth in (30, 20)]

    desk.record(FixBatch.of(late[:1]))
    await desk.write()
    desk.record(FixBatch.of(late[1:]))
    await owner.execute("alter table geo.away rename to latest_position")
    await owner.close()
    await desk.write()

    assert await stretches(geo) == [(unit_id, late[1].observed_at, late[0].observed_at)]
