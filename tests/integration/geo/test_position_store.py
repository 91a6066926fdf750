"""Positions in the database: the latest never goes back, days come and expire."""

import re
from dataclasses import replace
from datetime import timedelta

from beaconfire_geo.adapters.position_store import TRACK, PositionStore, track
from beaconfire_platform.access.subject import Reach
from beaconfire_platform.fix_batch import Fix, FixBatch
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON
from beaconfire_testkit.service import ServiceUnderTest

EVERYWHERE = Reach(everything=True)


async def test_the_latest_never_goes_back_and_history_keeps_all(geo: ServiceUnderTest) -> None:
    store = PositionStore(geo.ground.database)
    new = Fix(new_id(), 174.7, -36.9, NOON, heading_deg=90.0)
    old = replace(new, lon=174.6, observed_at=NOON - timedelta(minutes=1))

    await store.write(FixBatch.of([new]), FixBatch.of([new]), received_at=NOON)
    await store.write(FixBatch.of([old]), FixBatch.of([old]), received_at=NOON)

    assert await store.all_latest() == [new]
    async with geo.ground.database.reading() as connection:
        found = await track(
            connection, new.unit_id, NOON - timedelta(hours=1), NOON + timedelta(hours=1), limit=9
        )
    assert [one.lon for one in found] == [174.6, 174.7]


async def test_a_list_holds_what_is_within_reach_by_pages(geo: ServiceUnderTest) -> None:
    store = PositionStore(geo.ground.database)
    fixes = [Fix(new_id(), 174.7, -36.9, NOON) for _ in range(3)]
    await store.write(FixBatch.of(fixes), FixBatch.of(fixes), received_at=NOON)

    first = await store.visible(EVERYWHERE, after="", limit=2)
    rest = await store.visible(EVERYWHERE, after=first[-1].unit_id, limit=2)

    assert {one.unit_id for one in (*first, *rest)} == {one.unit_id for one in fixes}
    own = Reach(unit_ids=(fixes[0].unit_id,))
    assert [one.unit_id for one in await store.visible(own, after="", limit=9)] == [
        fixes[0].unit_id
    ]
    assert await store.visible(Reach(), after="", limit=9) == []


async def test_days_are_made_ahead_and_expire_with_their_rows(geo: ServiceUnderTest) -> None:
    store = PositionStore(geo.ground.database)
    today = NOON.date()
    await store.keep_history(today - timedelta(days=2), today + timedelta(days=1))
    old = Fix(new_id(), 174.7, -36.9, NOON - timedelta(days=2))
    await store.write(FixBatch.of([]), FixBatch.of([old]), received_at=NOON)

    await store.keep_history(today - timedelta(days=1), today + timedelta(days=1))

    async with geo.ground.database.reading() as connection:
        assert await track(connection, old.unit_id, NOON - timedelta(days=3), NOON, limit=9) == []
    names = await geo.ground.database.pool.fetch(
        "select relname from pg_class where relname like 'position_history_2%' order by 1"
    )
    assert [one["relname"] for one in names if one["relname"][-1].isdigit()] == [
        f"position_history_{(today + timedelta(days=n)):%Y%m%d}" for n in (-1, 0, 1)
    ]


async def test_a_track_reads_the_days_that_it_is_asked_for_and_no_others(
    geo: ServiceUnderTest,
) -> None:
    database = geo.ground.database
    today = NOON.date()
    await PositionStore(database).keep_history(
        today - timedelta(days=30), today + timedelta(days=3)
    )
    asked = new_id(), NOON - timedelta(hours=1), NOON, 1_000
    async with database.reading() as connection:
        await connection.execute("set local plan_cache_mode = force_generic_plan")
        await connection.execute(f"prepare track (uuid, timestamptz, timestamptz, int) as {TRACK}")
        values = ", ".join(f"'{one}'" for one in asked)
        plan = await connection.fetch(f"explain (costs off) execute track ({values})")
        await connection.execute("deallocate track")

    told = "\n".join(one[0] for one in plan)
    scanned = set(re.findall(r" on (position_history_\w+)", told))
    assert scanned == {f"position_history_{today:%Y%m%d}"}, told
    assert "Subplans Removed: 34" in told
