"""One clock of several processes: its row says how it runs, whoever of them changed it last.

Each of them runs by the row in memory. A change is made under the row's lock and has a number; who
sees a higher number believes the row, at the latest when somebody asks.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, Protocol

import asyncpg
import structlog

from beaconfire_platform.clock import ClockState, RunningClock, wall_now
from beaconfire_platform.database import TROUBLE
from beaconfire_platform.process.pace import Pace

LOOK_EVERY_S: Final = 1.0
STOOD_STILL: Final = timedelta(seconds=10)
"""A row that nobody wrote for so long is of a deployment that did not run: time stood still."""
_FIRST: Final = """
    insert into log.clock (only_one, business_at, wall_at, speed, paused)
    values (true, $1, $2, $3, $4) on conflict (only_one) do nothing
"""
_ROW: Final = """
    select business_at, wall_at, speed, paused, coalesce(usual_speed, speed) as usual_speed,
           held_until, revision
    from log.clock
"""
_SAVE: Final = """
    update log.clock set business_at = $2, wall_at = $3 where revision = $1
"""
_CHANGE: Final = """
    update log.clock set business_at = $1, wall_at = $2, speed = $3, paused = $4, usual_speed = $5,
        held_until = $6, revision = revision + 1
    returning revision
"""
_NONE: Final = -1
"""Nothing was believed yet, or a change is under way that may not come to be."""
_log: Final = structlog.get_logger(__name__)


class Keeper(Protocol):
    """Whoever keeps the clock in step with others that have it."""

    async def look(self) -> None:
        """Run as whoever changed it last wants it."""
        ...

    async def change(self, how: Callable[[], None]) -> None:
        """Change it for all."""
        ...


class Alone:
    """Nobody else has this clock."""

    async def look(self) -> None:
        """It runs as it does."""

    async def change(self, how: Callable[[], None]) -> None:
        """Here, and nowhere else."""
        how()


class KeptClock:
    """The clock and its pace as the row has them."""

    def __init__(self, pool: asyncpg.Pool, clock: RunningClock, pace: Pace) -> None:
        """Nothing is believed before `begin`."""
        self._pool = pool
        self._clock = clock
        self._pace = pace
        self._revision = _NONE
        self._alone = asyncio.Lock()

    async def begin(self) -> None:
        """Go on where business time stood, or run with who runs already."""
        state = self._clock.state
        await self._pool.execute(_FIRST, self._clock.now(), wall_now(), state.speed, state.paused)

        def go_on() -> None:
            now, told = wall_now(), self._clock.state
            if now - told.wall_at > STOOD_STILL:
                at = max(told.business_at, now)
                self._clock.follow(ClockState(at, now, told.speed, paused=told.paused))

        await self.change(go_on)

    async def look(self) -> None:
        """Believe the row when somebody changed it; while it cannot be read all runs on."""
        try:
            async with self._alone:
                self._believe(await self._pool.fetchrow(_ROW))
        except TROUBLE as error:
            _log.warning("clock_not_read", error=type(error).__name__)

    async def change(self, how: Callable[[], None]) -> None:
        """Change what the row says by now, for all."""
        async with self._alone:
            await self._change(how)

    async def _change(self, how: Callable[[], None]) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            self._believe(await connection.fetchrow(f"{_ROW} for update"))
            self._revision = _NONE
            how()
            state, held_s = self._clock.state, self._pace.held_for_s
            held_until = None if held_s is None else wall_now() + timedelta(seconds=held_s)
            revision = await connection.fetchval(
                _CHANGE, state.business_at, state.wall_at, state.speed, state.paused,
                self._pace.usual_speed, held_until,
            )  # fmt: skip
        self._revision = revision

    async def watch_forever(self) -> None:
        """Follow others' changes, end forgotten holds, and write down business time."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await self.look()
            try:
                if self._pace.is_forgotten:
                    await self.change(self._pace.let_go_if_forgotten)
                await self.save()
            except TROUBLE as error:
                _log.warning("clock_not_saved", error=type(error).__name__)

    async def save(self) -> None:
        """Write the business time of this moment: a crash sets it back by a second at most."""
        await self._pool.execute(_SAVE, self._revision, self._clock.now(), wall_now())

    def _believe(self, row: Any) -> None:
        if row is None or row["revision"] == self._revision:
            return
        self._revision = row["revision"]
        self._clock.follow(
            ClockState(row["business_at"], row["wall_at"], row["speed"], paused=row["paused"])
        )
        until = row["held_until"]
        held_s = None if until is None else max(0.0, (until - wall_now()).total_seconds())
        self._pace.adopt(row["usual_speed"], held_s)
