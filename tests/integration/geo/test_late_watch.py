"""A phone that was away sends where it was: the stays that nobody knew of are told, once."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from beaconfire_geo.adapters import late_store, unwritten_fixes
from beaconfire_geo.adapters.late_watch import LateWatch
from beaconfire_platform.fix_batch import Fix, FixBatch
from beaconfire_platform.ids import new_id
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
    watched_desk,
    written_late,
)
from .zone_parts import a_zone, declared, seen, written


async def test_a_stay_that_a_phone_sends_late_is_told_once_and_moves_no_marker(
    geo: ServiceUnderTest,
) -> None:
    unit_id, began = await settled_outside(geo)
    late = [seen(unit_id, began + nth * SECOND, 0.0) for nth in (20, 21)]
    marker = (await latest(geo))[unit_id]

    await written_late(geo, late)
    for _ in range(2):  # the second by a process that begins anew
        await look(geo)

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
    watches = [LateWatch(geo.ground.database) for _ in range(2)]

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


async def test_of_a_stretch_that_is_too_long_every_other_position_is_read(
    geo: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late_store, "FIXES_READ_MAX", 7)
    unit_id, began = await settled_outside(geo)
    north_m = [AWAY_M, 0.0, 0.0, 0.0, 0.0, AWAY_M, AWAY_M, 0.0, AWAY_M]  # and two in time
    late = [seen(unit_id, began + (20 + nth) * SECOND, one) for nth, one in enumerate(north_m)]
    await written_late(geo, late)  # thirteen with those that came in time

    await look(geo)

    assert [(at - began) / SECOND for at, _ in await told_late(geo)] == [22, 26]
    assert await stretches(geo) == []


async def test_a_unit_that_fails_holds_up_no_other_and_is_looked_at_again(
    geo: ServiceUnderTest, database: str
) -> None:
    failing, began = await settled_outside(geo)
    other, other_began = await settled_outside(geo)
    await written_late(geo, [seen(failing, began + 20 * SECOND, 0.0)])
    await written_late(geo, [seen(other, other_began + 20 * SECOND, 0.0)])
    owner = await asyncpg.connect(database)
    await owner.execute(
        f"""create function geo.refuse() returns trigger language plpgsql as
            $$ begin if new.unit_id = '{failing}' and new.crossed_at > '{began + 10 * SECOND}'
            then raise 'planted'; end if; return new; end $$"""
    )
    await owner.execute(
        """create trigger planted before insert on geo.fence_crossing
           for each row execute function geo.refuse()"""
    )
    watch = LateWatch(geo.ground.database)

    looked = await watch.look()
    kept = await stretches(geo)
    await owner.execute("drop trigger planted on geo.fence_crossing")
    await owner.close()
    await look(geo)

    assert looked == 1
    assert {unit_id for unit_id, _, _ in kept} == {failing}
    assert await stretches(geo) == []


@pytest.mark.parametrize("order", ["all at once", "oldest first", "newest first"])
@pytest.mark.parametrize("is_known", [True, False])
async def test_a_phone_that_was_away_for_an_hour_loses_no_stay_however_it_sends_it(
    geo: ServiceUnderTest, order: str, *, is_known: bool
) -> None:
    zone = await declared(geo, a_zone(geo.ground.clock.now() - timedelta(hours=1)))
    assert zone.begun_at is not None
    unit_id, began = new_id(), zone.begun_at
    before = [seen(unit_id, began + SECOND, 90.0 if is_known else AWAY_M),
              seen(unit_id, began + 2 * SECOND, AWAY_M)]  # fmt: skip
    await _taken_in(geo, [before])
    in_time = await told(geo)
    stay = [seen(unit_id, began + nth * SECOND, 0.0) for nth in (300, 600)]
    gone = [seen(unit_id, began + nth * SECOND, AWAY_M) for nth in (299, 603, 3_590)]
    backlog = sorted([*stay, *gone], key=lambda one: one.observed_at)

    match order:
        case "all at once":
            await _taken_in(geo, [backlog])
        case "oldest first":
            await _taken_in(geo, [backlog[:2], backlog[2:4], backlog[4:]])
        case _:
            await _taken_in(geo, [backlog[4:], backlog[2:4], backlog[:2]])

    assert [(at - began) / SECOND for at, _, _ in await told(geo)][len(in_time) :] == [300, 603]


async def test_a_desk_hands_on_whose_positions_came_late(geo: ServiceUnderTest) -> None:
    unit_id, began = await settled_outside(geo)
    desk = await watched_desk(geo)
    late = [seen(unit_id, began + nth * SECOND, 0.0) for nth in (20, 30)]
    soon = seen(unit_id, began + 59 * SECOND, 0.0)

    desk.record(FixBatch.of([late[1], soon, late[0]]))
    await desk.write()

    assert await stretches(geo) == [(unit_id, late[0].observed_at, late[1].observed_at)]


async def test_a_stretch_that_could_not_be_written_is_written_later(
    geo: ServiceUnderTest, database: str
) -> None:
    unit_id, began = await settled_outside(geo)
    desk = await watched_desk(geo)
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


async def test_while_history_is_behind_a_stretch_is_written_with_each_part_of_it(
    geo: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a kill between the two loses none."""
    monkeypatch.setattr(unwritten_fixes, "HISTORY_PER_WRITE_MAX", 1)
    unit_id, began = await settled_outside(geo)
    desk = await watched_desk(geo)
    late = seen(unit_id, began + 20 * SECOND, 0.0)
    desk.record(FixBatch.of([late]))
    desk.record(FixBatch.of([seen(unit_id, began + 62 * SECOND, AWAY_M)]))

    await desk.write()
    first = await stretches(geo)
    await desk.write()

    stretch = (unit_id, late.observed_at, late.observed_at)
    assert (first, await stretches(geo)) == ([stretch], [stretch, stretch])


async def _taken_in(geo: ServiceUnderTest, batches: list[list[Fix]]) -> None:
    """Batches that come in one after the other, as the whole service takes them in."""
    for fixes in batches:
        desk = await watched_desk(geo)
        desk.record(FixBatch.of(fixes))
        await desk.write()
        await look(geo)
    for _ in range(3):
        await let_stretches_age(geo)
        await look(geo)
