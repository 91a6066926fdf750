"""What geofences keep: nothing of it is lost on the way to the database and back."""

from datetime import timedelta

from beaconfire_contracts.ids import UnitId
from beaconfire_geo.adapters.fence_store import PgFences
from beaconfire_geo.domain.crossings import UnitTrack, Visit
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

    assert [one.observed_at for one in anew[unit_id]] == [one.observed_at for one in fixes]
    assert [one.observed_at for one in rest[unit_id]] == [one.observed_at for one in fixes[2:]]


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
        lately = await fences.near([BOX], by_history=True)
        nowhere = await fences.near([])

    assert newest == {inside}
    assert lately == {through, inside}
    assert nowhere == set()
