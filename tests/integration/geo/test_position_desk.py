"""Positions on their way: in memory at once, kept while the database is away."""

import asyncpg
import pytest

from beaconfire_geo.adapters.position_desk import PositionDesk
from beaconfire_geo.adapters.position_store import PositionStore
from beaconfire_geo.adapters.unit_homes import UnitHomes
from beaconfire_platform.clock import RunningClock, wall_now
from beaconfire_platform.fix_batch import Fix, FixBatch
from beaconfire_platform.ids import new_id
from beaconfire_platform.positions import LocalPositionStream
from beaconfire_testkit.service import ServiceUnderTest


def a_desk(geo: ServiceUnderTest, stream: LocalPositionStream) -> PositionDesk:
    """A desk over the service's database."""
    database = geo.ground.database
    return PositionDesk(
        PositionStore(database), stream, RunningClock(), UnitHomes(database), history_days=30
    )


async def test_a_fix_is_drawn_at_once_and_is_there_after_a_start(geo: ServiceUnderTest) -> None:
    stream = LocalPositionStream()
    reader = stream.reader()
    desk = a_desk(geo, stream)
    fix = Fix(new_id(), 174.7, -36.9, wall_now())

    assert desk.record(FixBatch.of([fix])) == 1
    assert list(await reader.take()) == [fix]
    await desk.write()

    again = a_desk(geo, stream)
    await again.load()
    assert again.newest.place(fix.unit_id) == (174.7, -36.9)


async def test_what_could_not_be_written_is_written_later(
    geo: ServiceUnderTest, database: str
) -> None:
    desk = a_desk(geo, LocalPositionStream())
    fix = Fix(new_id(), 174.7, -36.9, wall_now())
    desk.record(FixBatch.of([fix]))
    owner = await asyncpg.connect(database)
    await owner.execute("alter table geo.latest_position rename to away")
    await desk.write()
    assert fix.unit_id in desk.unwritten.moved

    await owner.execute("alter table geo.away rename to latest_position")
    await owner.close()
    await desk.write()

    store = PositionStore(geo.ground.database)
    assert [one.unit_id for one in await store.all_latest()] == [fix.unit_id]
    assert desk.unwritten.is_empty


class FailingDriver(PositionStore):
    """A store whose driver fails by an error of its own, as asyncpg does when a COPY takes long."""

    async def write(self, *_: object, **__: object) -> None:
        raise AttributeError("done")


async def test_what_the_driver_itself_failed_on_waits_and_is_not_lost(
    geo: ServiceUnderTest,
) -> None:
    database = geo.ground.database
    desk = PositionDesk(
        FailingDriver(database), LocalPositionStream(), RunningClock(), UnitHomes(database),
        history_days=30,
    )  # fmt: skip
    fix = Fix(new_id(), 174.7, -36.9, wall_now())
    desk.record(FixBatch.of([fix]))

    with pytest.raises(AttributeError):
        await desk.write()

    assert fix.unit_id in desk.unwritten.moved
    assert desk.unwritten.fixes == 1
