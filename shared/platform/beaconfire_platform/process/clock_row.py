"""The node's business clock as a row, so that a restart goes on where it stopped."""

import asyncio
from typing import Final

import asyncpg
import structlog

from beaconfire_platform.clock import ClockState, RunningClock, wall_now
from beaconfire_platform.database import TROUBLE

SAVE_EVERY_S: Final = 2.0
_SAVE: Final = """
    insert into log.clock (only_one, business_at, wall_at, speed, paused)
    values (true, $1, $2, $3, $4)
    on conflict (only_one) do update set business_at = excluded.business_at,
        wall_at = excluded.wall_at, speed = excluded.speed, paused = excluded.paused
"""
_log: Final = structlog.get_logger(__name__)


async def load_clock(pool: asyncpg.Pool | asyncpg.Connection) -> RunningClock:
    """The clock as it was saved last, standing still while no node ran; else wall time."""
    record = await pool.fetchrow("select business_at, speed, paused from log.clock")
    if record is None:
        return RunningClock()
    now = wall_now()
    business_at = max(record["business_at"], now)
    return RunningClock(ClockState(business_at, now, record["speed"], paused=record["paused"]))


async def save_clock(pool: asyncpg.Pool, clock: RunningClock) -> None:
    """Write the business time of this moment."""
    state = clock.state
    await pool.execute(_SAVE, clock.now(), wall_now(), state.speed, state.paused)


async def save_clock_forever(pool: asyncpg.Pool, clock: RunningClock) -> None:
    """Write it every two seconds: a crash sets business time back by that much at most."""
    while True:
        await asyncio.sleep(SAVE_EVERY_S)
        try:
            await save_clock(pool, clock)
        except TROUBLE as error:
            _log.warning("clock_not_saved", error=type(error).__name__)
