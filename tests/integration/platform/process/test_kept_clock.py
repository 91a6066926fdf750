"""Several processes of agency have one clock: whoever of them is asked, all run as it was said."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from functools import partial

import asyncpg
import pytest

from beaconfire_platform.clock import ClockState, RunningClock, wall_now
from beaconfire_platform.process import kept_clock
from beaconfire_platform.process.kept_clock import KeptClock
from beaconfire_platform.process.pace import Pace
from beaconfire_platform.schema import migrate

CLOSE = timedelta(seconds=1)


class Process:
    """What one process of agency has of the clock."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.clock = RunningClock()
        self.pace = Pace(self.clock)
        self.kept = KeptClock(pool, self.clock, self.pace)

    async def begun(self) -> "Process":
        await self.kept.begin()
        return self


@pytest.fixture
async def pool(database: str) -> AsyncGenerator[asyncpg.Pool]:
    await migrate(database, [])
    async with asyncpg.create_pool(database, min_size=1, max_size=4) as made:
        yield made


async def test_whoever_is_asked_all_run_as_it_was_said(pool: asyncpg.Pool) -> None:
    one, two = await Process(pool).begun(), await Process(pool).begun()

    await one.kept.change(lambda: one.pace.set(speed=120.0))
    await two.kept.look()
    assert (two.pace.usual_speed, two.pace.state.speed) == (120.0, 120.0)
    assert one.clock.state == two.clock.state

    await two.kept.change(two.pace.hold)
    await one.kept.look()
    assert (one.pace.is_held, one.pace.usual_speed, one.pace.state.speed) == (True, 120.0, 1.0)

    await one.kept.change(lambda: one.pace.set(paused=True))
    await two.kept.look()
    assert two.pace.state.paused
    assert one.clock.now() == two.clock.now()


async def test_changes_at_once_are_all_made_and_none_sets_time_back(pool: asyncpg.Pool) -> None:
    processes = [await Process(pool).begun() for _ in range(3)]
    set_to: list[datetime] = []

    async def change(process: Process, speed: float) -> None:
        def how() -> None:
            process.pace.set(speed=speed)
            set_to.append(process.clock.state.business_at)

        await process.kept.change(how)
        await process.kept.look()

    before = await pool.fetchval("select revision from log.clock")
    for round_ in range(5):
        await asyncio.gather(
            *(change(one, abs(400.0 - round_ * 150) + n * 30) for n, one in enumerate(processes))
        )
    for one in processes:
        await one.kept.look()

    assert await pool.fetchval("select revision from log.clock") == before + 15
    assert len({one.clock.state for one in processes}) == 1
    assert len(set_to) == 15
    assert set_to == sorted(set_to)


async def test_a_change_that_did_not_come_to_be_is_taken_back(pool: asyncpg.Pool) -> None:
    one = await Process(pool).begun()

    def fails() -> None:
        one.pace.set(speed=120.0)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await one.kept.change(fails)
    assert one.pace.state.speed == 120.0

    await one.kept.look()
    assert (one.pace.usual_speed, one.pace.state.speed) == (1.0, 1.0)


async def test_looks_beside_changes_of_the_same_process_take_nothing_back(
    pool: asyncpg.Pool,
) -> None:
    one = await Process(pool).begun()
    seen = [one.pace.usual_speed]

    async def look_on() -> None:
        while True:
            await one.kept.look()
            seen.append(one.pace.usual_speed)

    looking = [asyncio.create_task(look_on()) for _ in range(3)]
    for speed in range(2, 101):
        await one.kept.change(partial(one.pace.set, speed=float(speed)))
    for task in looking:
        task.cancel()
    await asyncio.gather(*looking, return_exceptions=True)

    assert len(seen) > 100
    assert seen == sorted(seen)
    assert one.pace.usual_speed == 100.0


async def test_a_deployment_that_stood_still_goes_on_where_it_stood(pool: asyncpg.Pool) -> None:
    one = await Process(pool).begun()
    ahead = wall_now() + timedelta(days=2)
    await one.kept.change(
        lambda: one.clock.follow(ClockState(ahead, wall_now(), 60.0, paused=False))
    )
    await pool.execute("update log.clock set wall_at = wall_at - interval '1 hour'")

    again = await Process(pool).begun()
    beside = await Process(pool).begun()

    assert timedelta(0) <= again.clock.now() - ahead < 60 * CLOSE
    assert abs(beside.clock.now() - again.clock.now()) < CLOSE


async def test_what_changes_elsewhere_is_followed_and_a_forgotten_hold_ends(
    pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_clock, "LOOK_EVERY_S", 0.01)
    one, two = await Process(pool).begun(), await Process(pool).begun()
    await one.kept.change(lambda: one.pace.set(speed=30.0))
    await one.kept.change(one.pace.hold)
    watching = asyncio.create_task(two.kept.watch_forever())
    async with asyncio.timeout(20):
        while not two.pace.is_held:  # noqa: ASYNC110  (a flag)
            await asyncio.sleep(0.01)
        two.pace.adopt(30.0, 0.0)
        while one.pace.is_held:
            await asyncio.sleep(0.01)
            await one.kept.look()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)

    assert one.pace.state.speed == 30.0
