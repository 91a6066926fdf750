"""Business time outlives a restart, and never goes back behind the wall."""

from datetime import timedelta

import asyncpg

from beaconfire_platform.clock import ClockState, RunningClock, wall_now
from beaconfire_platform.process.clock_row import load_clock, save_clock
from beaconfire_platform.schema import migrate


async def test_a_restart_goes_on_where_business_time_stood(database: str) -> None:
    await migrate(database, [])
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        assert abs((await load_clock(pool)).now() - wall_now()) < timedelta(seconds=2)

        ahead = wall_now() + timedelta(days=2)
        await save_clock(pool, RunningClock(ClockState(ahead, wall_now(), 60.0, paused=True)))
        assert (await load_clock(pool)).now() == ahead
        assert (await load_clock(pool)).state.speed == 60.0

        behind = wall_now() - timedelta(days=2)
        await save_clock(pool, RunningClock(ClockState(behind, wall_now(), 1.0, paused=True)))
        assert (await load_clock(pool)).now() > wall_now() - timedelta(minutes=1)
