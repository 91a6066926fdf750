"""Positions on their way: in memory at once, to the database once a second, newest first."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from beaconfire_geo.adapters.position_store import PositionStore
from beaconfire_geo.application.record_positions import record_positions
from beaconfire_geo.domain.fixes import LastFixes
from beaconfire_platform.access.subject import Reach
from beaconfire_platform.clock import Clock, wall_now
from beaconfire_platform.database import TROUBLE
from beaconfire_platform.positions import Fix, PositionStream

WRITE_EVERY_S: Final = 1.0
UNWRITTEN_FIXES_MAX: Final = 200_000
"""While the database is away history is kept for 20 s of 10,000 units, then the oldest goes."""
PARTITION_DAYS_AHEAD: Final = 3
TIDY_EVERY_S: Final = 3_600.0
_log: Final = structlog.get_logger(__name__)


class PositionDesk:
    """Takes batches in and writes them out; one a process."""

    def __init__(
        self,
        store: PositionStore,
        stream: PositionStream,
        clock: Clock,
        *,
        history_days: int,
        notice: Callable[[Sequence[Fix]], None] | None = None,
    ) -> None:
        """Nothing held yet; `load` brings the last positions back after a start.

        `notice` is told of every fix, also of those that came late; it never waits.
        """
        self.last: LastFixes[Fix] = LastFixes()
        self._store = store
        self._stream = stream
        self._clock = clock
        self._history: list[Fix] = []
        self._history_days = history_days
        self._notice = notice

    async def load(self) -> None:
        """The last written position of each unit, offered to whoever draws."""
        fixes = await self._store.all_latest()
        self.last.held = {fix.unit_id: fix for fix in fixes}
        self._stream.publish(fixes)

    def record(self, fixes: Sequence[Fix]) -> int:
        """Take in a batch; how many fixes moved their unit."""
        moved = record_positions(
            fixes,
            last=self.last,
            history=self._history,
            stream=self._stream,
            latest=max(self._clock.now(), wall_now()),
        )
        if self._notice is not None:
            self._notice(fixes)
        return moved

    async def visible(self, reach: Reach, *, after: str, limit: int) -> list[Fix]:
        """A page of the latest fixes within a reach."""
        return await self._store.visible(reach, after=after, limit=limit)

    async def track(self, unit_id: str, since: datetime, until: datetime) -> list[Fix]:
        """A unit's fixes between two moments."""
        return await self._store.track(unit_id, since, until)

    async def home(self, unit_id: str) -> tuple[str, str] | None:
        """Body and division of a unit."""
        return await self._store.home(unit_id)

    async def write_forever(self) -> None:
        """Write what gathered, once a second; what could not be written waits and is bounded."""
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            await self.write()

    async def write(self) -> None:
        """Write what gathered since the last time."""
        latest, history = self.last.drain(), self._history
        if not history:
            return
        self._history = []
        try:
            await self._store.write(latest, history, received_at=wall_now())
        except TROUBLE as error:
            _log.warning("positions_wait", error=type(error).__name__, fixes=len(history))
            self.last.unwritten.update(fix.unit_id for fix in latest)
            self._history = (history + self._history)[-UNWRITTEN_FIXES_MAX:]

    async def tidy_forever(self) -> None:
        """Make the partitions of the days to come, drop those that expired."""
        while True:
            today = max(self._clock.now(), wall_now()).date()
            try:
                await self._store.keep_history(
                    today - timedelta(days=self._history_days),
                    today + timedelta(days=PARTITION_DAYS_AHEAD),
                )
            except TROUBLE as error:
                _log.warning("positions_untidied", error=type(error).__name__)
            await asyncio.sleep(TIDY_EVERY_S)
