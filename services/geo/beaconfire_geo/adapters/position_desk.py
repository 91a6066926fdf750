"""Positions on their way: in memory at once, to the database once a second, newest first."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import numpy as np
import structlog

from beaconfire_geo.adapters.late_fixes import LateFixes
from beaconfire_geo.adapters.position_store import PositionStore, track
from beaconfire_geo.adapters.unit_homes import UnitHomes
from beaconfire_geo.adapters.unwritten_fixes import UnwrittenFixes
from beaconfire_geo.application.desks import Home
from beaconfire_geo.application.record_positions import record_positions
from beaconfire_geo.domain.fixes import Bounds, Box
from beaconfire_platform.access.subject import Reach
from beaconfire_platform.clock import Clock, wall_now
from beaconfire_platform.database import TROUBLE, Tx
from beaconfire_platform.fix_batch import Fix, FixBatch, microseconds
from beaconfire_platform.newest_fixes import NewestFixes
from beaconfire_platform.positions import PositionStream

WRITE_EVERY_S: Final = 1.0
PARTITION_DAYS_AHEAD: Final = 3
TIDY_EVERY_S: Final = 3_600.0
_log: Final = structlog.get_logger(__name__)


class Watch(Protocol):
    """Who watches zones; neither waits for anything."""

    def notice(self, fixes: Sequence[Fix], /) -> None:
        """Somebody came or went, perhaps."""
        ...

    def is_near(self, fixes: FixBatch, /) -> np.ndarray:
        """Which of these are near a zone in force."""
        ...


class PositionDesk:
    """Takes batches in and writes them out; one a process."""

    def __init__(
        self,
        store: PositionStore,
        stream: PositionStream,
        clock: Clock,
        homes: UnitHomes,
        *,
        history_days: int,
        watch: Watch | None = None,
    ) -> None:
        """Nothing held yet; `load` brings the last positions back after a start.

        `watch` is told of every fix, also of those that came late.
        """
        self.newest = NewestFixes()
        self.unwritten = UnwrittenFixes()
        self._late = LateFixes()
        self._store = store
        self._stream = stream
        self._clock = clock
        self._homes = homes
        self._history_days = history_days
        self._watch = watch

    async def load(self) -> None:
        """The last written position of each unit, offered to whoever draws."""
        self._stream.publish(self.newest.take_in(FixBatch.of(await self._store.all_latest())))

    def record(self, fixes: FixBatch) -> int:
        """Take in a batch; how many markers it moved."""
        moved = record_positions(
            fixes, newest=self.newest, unwritten=self.unwritten, stream=self._stream
        )
        if self._watch is not None:
            now_us = microseconds(min(self._clock.now(), wall_now()))
            newest_us = self.newest.observed_us(fixes.unit_ids)
            self._late.add(fixes, newest_us, now_us, is_near=self._watch.is_near)
            self._watch.notice(fixes)
        return moved

    def bounds(self, box: Box) -> Bounds:
        """What a fix of this moment is held against, on a map of these bounds."""
        clocks = microseconds(self._clock.now()), microseconds(wall_now())
        return Bounds(min(clocks), max(clocks), box)

    async def homes(self, unit_ids: Sequence[str]) -> Mapping[str, Home]:
        """Body and division of all units."""
        return await self._homes.of(unit_ids)

    async def visible(self, reach: Reach, *, after: str, limit: int) -> list[Fix]:
        """A page of the latest fixes within a reach, as new as this process knows them."""
        fixes = await self._store.visible(reach, after=after, limit=limit)
        return [self._newer(fix) for fix in fixes]

    def age_s(self, fix: Fix) -> float:
        """How old a fix is, in seconds of the wall, by the clock that its sender goes by."""
        now, speed = self._clock.now(), self._clock.state.speed
        business = (now - fix.observed_at).total_seconds() / speed
        return max(0.0, min(business, (wall_now() - fix.observed_at).total_seconds()))

    async def track(
        self, tx: Tx, unit_id: str, after: datetime, until: datetime, *, limit: int
    ) -> list[Fix]:
        """A unit's fixes after one moment and before another."""
        return await track(tx.connection, unit_id, after, until, limit=limit)

    async def write_forever(self) -> None:
        """Write what gathered, once a second; what could not be written waits and is bounded."""
        is_behind = False
        while True:
            await asyncio.sleep(0 if is_behind else WRITE_EVERY_S)
            is_behind = await self.write() and self.unwritten.is_behind

    async def write(self) -> bool:
        """Write what gathered since the last time; False where the database takes nothing."""
        if self.unwritten.is_empty:
            return True
        moved, history = self.unwritten.drain()
        late = self._late.drain()
        is_written = False
        try:
            await self._store.write(
                self.newest.of(moved), FixBatch.joined(history), received_at=wall_now(), late=late
            )
            is_written = True
            if self.unwritten.history:  # some of their positions may be among these: told again
                self._late.put_back(late)
        except TROUBLE as error:
            waiting = self.unwritten.fixes + sum(map(len, history))
            _log.warning(
                "positions_wait",
                error=type(error).__name__,
                fixes=waiting,
                lost=self.unwritten.lost,
            )
        finally:  # also when we are stopped meanwhile, or the driver fails: they wait again
            if not is_written:
                self.unwritten.put_back(moved, history)
                self._late.put_back(late)
        return is_written

    async def write_all(self) -> None:
        """At the end: all that is not written, as far as the database takes it."""
        while not self.unwritten.is_empty:
            if not await self.write():
                return

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

    def _newer(self, written: Fix) -> Fix:
        held = self.newest.get(written.unit_id)
        return written if held is None or held.observed_at < written.observed_at else held
