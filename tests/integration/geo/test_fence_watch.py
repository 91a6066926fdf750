"""Who comes into zones, from history: late positions, restarts, two instances at once."""

import asyncio
from datetime import datetime, timedelta

import pytest

from beaconfire_contracts.facts.geo import GeofenceEntered, GeofenceLeft, UnitWarned
from beaconfire_contracts.vocabulary import ZoneKind
from beaconfire_geo.adapters import fence_store, fence_watch
from beaconfire_platform.ids import new_id
from beaconfire_testkit.service import ServiceUnderTest

from .zone_parts import a_desk, a_zone, declared, seen, written

SECOND = timedelta(seconds=1)


async def test_a_track_through_a_zone_is_told_once_however_often_and_by_whom_it_is_looked_at(
    geo: ServiceUnderTest,
) -> None:
    zone = await declared(geo, a_zone(geo.ground.clock.now() - 100 * SECOND, kind=ZoneKind.FIRE))
    unit_id, began = new_id(), zone.begun_at
    assert began is not None
    track = [
        seen(unit_id, began + nth * SECOND, north_m)
        for nth, north_m in enumerate((300.0, 90.0, 0.0, -90.0, -120.0, -300.0))
    ]
    await written(geo, [track[1], track[5], track[0]])  # disordered, and not whole
    await written(geo, [track[4], track[2], track[3]])

    for _ in range(3):  # each time a process that began anew finds it in history
        _, watch = await a_desk(geo)
        await watch.look()
        await watch.look()

    entered, left = await geo.told(GeofenceEntered), await geo.told(GeofenceLeft)
    assert [(one.unit_id, one.entered_at) for one in entered] == [(unit_id, track[1].observed_at)]
    assert [(one.unit_id, one.left_at) for one in left] == [(unit_id, track[5].observed_at)]
    assert await geo.told(UnitWarned) == []  # its newest position was never inside


async def test_what_is_not_settled_when_a_process_ends_the_next_one_settles(
    geo: ServiceUnderTest,
) -> None:
    zone = await declared(geo, a_zone(geo.ground.clock.now()))
    assert zone.begun_at is not None
    unit_id = new_id()
    await written(geo, [seen(unit_id, zone.begun_at + SECOND, 0.0)], ago_s=0)
    _, first = await a_desk(geo)
    await first.look()
    unsettled = await geo.told(GeofenceEntered)

    await written(geo, [seen(unit_id, zone.begun_at + 2 * SECOND, 500.0)])
    _, second = await a_desk(geo)
    await second.look()

    assert unsettled == []
    assert len(await geo.told(UnitWarned)) == 1
    assert [one.entered_at for one in await geo.told(GeofenceEntered)] == [zone.begun_at + SECOND]
    assert len(await geo.told(GeofenceLeft)) == 1


async def test_two_instances_that_look_at_once_tell_each_crossing_once(
    geo: ServiceUnderTest,
) -> None:
    zone = await declared(geo, a_zone(geo.ground.clock.now()))
    assert zone.begun_at is not None
    units = [new_id() for _ in range(5)]
    await written(geo, [seen(one, zone.begun_at + SECOND, 10.0) for one in units])
    watches = [(await a_desk(geo))[1] for _ in range(2)]

    await asyncio.gather(*(one.look() for one in watches))

    for kind in (GeofenceEntered, UnitWarned):
        assert sorted(one.unit_id for one in await geo.told(kind)) == sorted(units)


async def test_a_fix_near_a_zone_is_noticed_and_one_elsewhere_costs_no_look(
    geo: ServiceUnderTest,
) -> None:
    zone = await declared(geo, a_zone(geo.ground.clock.now()))
    assert zone.begun_at is not None
    _, watch = await a_desk(geo)
    await watch.look()
    near, far = new_id(), new_id()
    fixes = [seen(near, zone.begun_at + SECOND, 50.0), seen(far, zone.begun_at + SECOND, 5_000.0)]
    await written(geo, fixes, ago_s=0)

    watch.notice(fixes)
    await watch.beat()

    assert [one.unit_id for one in await geo.told(UnitWarned)] == [near]


async def test_a_position_that_is_too_uncertain_crosses_nothing(geo: ServiceUnderTest) -> None:
    zone = await declared(geo, a_zone(geo.ground.clock.now()))
    assert zone.begun_at is not None
    fix = seen(new_id(), zone.begun_at + SECOND, 0.0)
    vague = type(fix)(fix.unit_id, fix.lon, fix.lat, fix.observed_at, accuracy_m=2_000.0)
    await written(geo, [vague])

    _, watch = await a_desk(geo)
    await watch.look()

    assert await geo.told(UnitWarned) == []
    assert await geo.told(GeofenceEntered) == []


async def test_who_stays_inside_costs_no_look_and_who_leaves_is_looked_at(
    geo: ServiceUnderTest,
) -> None:
    zone = await declared(geo, a_zone(geo.ground.clock.now() - 100 * SECOND))
    assert zone.begun_at is not None
    stays, leaves = await _units_inside(geo, zone.begun_at)
    _, watch = await a_desk(geo)
    await watch.look()
    looked_at = await _looked_at(geo)
    later = [seen(stays, zone.begun_at + 9 * SECOND, 20.0),
             seen(leaves, zone.begun_at + 9 * SECOND, 131.0)]  # fmt: skip
    await written(geo, later)

    watch.notice(later)
    await watch.beat()

    assert [one.unit_id for one in await geo.told(GeofenceLeft)] == [leaves]
    assert (await _looked_at(geo))[stays] == looked_at[stays]


async def test_where_another_process_took_positions_in_the_slow_look_finds_who_left(
    geo: ServiceUnderTest,
) -> None:
    zone = await declared(geo, a_zone(geo.ground.clock.now() - 100 * SECOND))
    assert zone.begun_at is not None
    one, other = await _units_inside(geo, zone.begun_at)
    _, watch = await a_desk(geo)
    await watch.look()
    await written(geo, [seen(one, zone.begun_at + 9 * SECOND, 500.0)])
    await geo.ground.database.pool.execute(
        "update fence_track set looked_at = looked_at - interval '1 minute'"
    )
    _, again = await a_desk(geo)  # its beat is due: it has not looked yet

    await again.beat()

    assert [left.unit_id for left in await geo.told(GeofenceLeft)] == [one]
    assert set(await _looked_at(geo)) == {one, other}


async def test_what_was_noticed_before_it_was_in_history_is_found_by_the_next_beat(
    geo: ServiceUnderTest,
) -> None:
    zone = await declared(geo, a_zone(geo.ground.clock.now()))
    assert zone.begun_at is not None
    _, watch = await a_desk(geo)
    await watch.look()
    fix = seen(new_id(), zone.begun_at + SECOND, 0.0)

    watch.notice([fix])
    await watch.beat()
    too_early = await geo.told(UnitWarned)
    await written(geo, [fix], ago_s=0)
    await watch.beat()

    assert too_early == []
    assert [one.unit_id for one in await geo.told(UnitWarned)] == [fix.unit_id]


async def _units_inside(geo: ServiceUnderTest, began: datetime) -> tuple[str, str]:
    """Two units that entered a zone and were told to have."""
    units = new_id(), new_id()
    await written(geo, [seen(one, began + SECOND, 0.0) for one in units])
    _, watch = await a_desk(geo)
    await watch.look()
    assert sorted(one.unit_id for one in await geo.told(GeofenceEntered)) == sorted(units)
    return units


async def _looked_at(geo: ServiceUnderTest) -> dict[str, datetime]:
    rows = await geo.ground.database.pool.fetch("select unit_id, looked_at from fence_track")
    return {str(one["unit_id"]): one["looked_at"] for one in rows}


async def test_who_drove_through_and_is_silent_since_is_not_told_again_when_it_was_forgotten(
    geo: ServiceUnderTest,
) -> None:
    """However long ago that was, and whoever looks at it anew."""
    zone = await declared(geo, a_zone(geo.ground.clock.now() - 100 * SECOND))
    assert zone.begun_at is not None
    unit_id, began = new_id(), zone.begun_at
    track = [(1, 500.0), (20, 0.0), (40, 500.0)]
    await written(geo, [seen(unit_id, began + nth * SECOND, north_m) for nth, north_m in track])
    _, watch = await a_desk(geo)
    await watch.look()
    await geo.ground.database.pool.execute(
        "update fence_track set looked_at = looked_at - interval '2 days', is_pending = false"
    )

    await watch.tidy()
    _, again = await a_desk(geo)
    await again.look()

    assert len(await geo.told(GeofenceEntered)) == 1
    assert len(await geo.told(GeofenceLeft)) == 1


async def test_a_unit_with_more_positions_than_are_read_at_once_is_read_on_by_the_next_beat(
    geo: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (fence_store, fence_watch):
        monkeypatch.setattr(module, "FIXES_PER_UNIT_MAX", 3)
    zone = await declared(geo, a_zone(geo.ground.clock.now() - 100 * SECOND))
    assert zone.begun_at is not None
    unit_id = new_id()
    track = [seen(unit_id, zone.begun_at + nth * SECOND, 500.0) for nth in range(1, 9)]
    track += [seen(unit_id, zone.begun_at + nth * SECOND, 0.0) for nth in (9, 10)]
    await written(geo, track)
    _, watch = await a_desk(geo)
    await watch.follow()

    for _ in range(3):
        await watch.beat()

    assert [one.entered_at for one in await geo.told(GeofenceEntered)] == [track[8].observed_at]
