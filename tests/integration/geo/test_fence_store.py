"""What geofences keep: nothing of it is lost on the way to the database and back."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from beaconfire_contracts.ids import UnitId
from beaconfire_geo.adapters.fence_store import PgFences
from beaconfire_geo.domain.crossings import UnitTrack, Visit
from beaconfire_geo.domain.unsettled import NEVER_US, Sightings
from beaconfire_platform.clock import wall_now
from beaconfire_platform.fix_batch import EPOCH, moment_at
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON
from beaconfire_testkit.service import ServiceUnderTest

from .zone_parts import CAUSE, MIDDLE, a_zone, declared, seen, written

BOX = (MIDDLE.lon - 0.01, MIDDLE.lat - 0.01, MIDDLE.lon + 0.01, MIDDLE.lat + 0.01)


async def test_a_track_is_read_as_it_was_kept(geo: ServiceUnderTest) -> None:
    zone = await declared(geo, a_zone(NOON))
    visit = Visit(zone.zone_id, NOON, NOON + timedelta(seconds=1), NOON + timedelta(seconds=2))
    track = UnitTrack(UnitId(new_id()), NOON + timedelta(seconds=3), (visit,))
    new = UnitTrack(UnitId(new_id()))

    async with geo.ground.database.transaction(cause=CAUSE) as tx:
        await PgFences(tx.connection).keep([(track, False)])
    async with geo.ground.database.transaction(cause=CAUSE) as tx:
        fences = PgFences(tx.connection)
        read = await fences.tracks([track.unit_id, new.unit_id])
        due = await fences.due()
        await fences.forget()
        await fences.keep([(UnitTrack(track.unit_id, track.settled_at), False)])
        gone = await fences.due()

    assert read == {track.unit_id: track, new.unit_id: new}
    assert (due, gone) == ({track.unit_id}, set())


async def test_only_what_is_not_settled_is_read_again(geo: ServiceUnderTest) -> None:
    unit_id = new_id()
    fixes = [seen(unit_id, NOON + timedelta(seconds=nth), 0.0) for nth in range(4)]
    ancient = seen(unit_id, NOON - timedelta(minutes=16), 0.0)
    await written(geo, [*fixes, ancient])

    async with geo.ground.database.transaction(cause=CAUSE) as tx:
        fences = PgFences(tx.connection)
        anew = await fences.fixes([unit_id])
        settled = UnitTrack(UnitId(unit_id), fixes[1].observed_at)
        await fences.keep([(settled, True)])
        rest = await fences.fixes([unit_id])

    assert _observed(anew) == [one.observed_at for one in fixes]
    assert _observed(rest) == [one.observed_at for one in fixes[2:]]


async def test_positions_come_as_columns_just_as_they_were_written(geo: ServiceUnderTest) -> None:
    one, other, unknown = new_id(), new_id(), new_id()
    sharp = replace(seen(one, NOON + timedelta(microseconds=1), 7.0), accuracy_m=4.5)
    vague = seen(other, NOON, -3.0)
    await written(geo, [sharp, vague], ago_s=30)

    async with geo.ground.database.reading() as connection:
        fences = PgFences(connection)
        read = await fences.fixes([other, unknown, one])
        newest = await fences.newest([other, unknown, one])
        none = await fences.fixes([unknown])

    assert (read.unit.tolist(), len(none)) == ([0, 2], 0)
    assert (read.lon.tolist(), read.lat.tolist()) == (
        [vague.lon, sharp.lon], [vague.lat, sharp.lat],
    )  # fmt: skip
    assert np.isnan(read.accuracy_m[0])
    assert read.accuracy_m[1] == 4.5
    assert _observed(read) == _observed(newest) == [vague.observed_at, sharp.observed_at]
    assert 25e6 < wall_now().timestamp() * 1e6 - read.received_us[0] < 300e6


async def test_who_is_inside_is_due_again_after_a_time_and_who_crosses_at_once(
    geo: ServiceUnderTest,
) -> None:
    zone = await declared(geo, a_zone(NOON))
    inside = UnitTrack(UnitId(new_id()), NOON, (Visit(zone.zone_id, entered_at=NOON),))
    crossing, away = UnitTrack(UnitId(new_id()), NOON), UnitTrack(UnitId(new_id()), NOON)

    async with geo.ground.database.transaction(cause=CAUSE) as tx:
        fences = PgFences(tx.connection)
        await fences.keep([(inside, False), (crossing, True), (away, False)])
        soon, later = await fences.due(30.0), await fences.due()
        await fences.settle([crossing.unit_id, away.unit_id], [NEVER_US, 1_000_000], [False, False])
        kept = await fences.tracks([crossing.unit_id, away.unit_id])

    assert soon == {crossing.unit_id}
    assert later == {inside.unit_id, crossing.unit_id}
    assert [one.settled_at for one in kept.values()] == [None, EPOCH + timedelta(seconds=1)]


def _observed(seen: Sightings) -> list[datetime]:
    return [moment_at(one) for one in seen.observed_us.tolist()]


async def test_who_passed_through_lately_is_found_though_it_is_elsewhere_now(
    geo: ServiceUnderTest,
) -> None:
    through, long_ago, inside = new_id(), new_id(), new_id()
    gone = timedelta(minutes=5)
    await written(geo, [
        seen(through, NOON, 0.0), seen(through, NOON + timedelta(seconds=60), 9_000.0),
        seen(long_ago, NOON, 0.0), seen(long_ago, NOON + gone, 9_000.0), seen(inside, NOON, 0.0),
    ])  # fmt: skip

    async with geo.ground.database.reading() as connection:
        fences = PgFences(connection)
        newest = await fences.near([BOX])
        lately = await fences.near_lately([BOX], await fences.seen())
        nowhere = await fences.near([])

    assert newest == {inside}
    assert lately == {through, inside}
    assert nowhere == set()
