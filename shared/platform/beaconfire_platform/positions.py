"""The position stream: the last fix of each unit, from geo to whoever draws it; it may lose a tick.

Positions are not facts (docs/adr/0007): a slow reader gets the newest fix of each unit and
never a backlog, and nobody who publishes ever waits. Fixes travel as columns (docs/adr/0037).
"""

import asyncio
from collections.abc import Iterable
from typing import Final, Protocol

from beaconfire_platform.fix_batch import Fix, FixBatch
from beaconfire_platform.newest_fixes import NewestFixes

__all__ = ["Fix", "FixBatch", "LocalPositionReader", "LocalPositionStream", "PositionReader",
           "PositionStream"]  # fmt: skip

UNTAKEN_FIXES_MAX: Final = 20_000
"""Two seconds of ten thousand units: of a reader that sleeps longer only the newest are kept."""


class PositionReader(Protocol):
    """One reader's end of the stream."""

    async def take(self) -> FixBatch:
        """Wait until something moved, then the newest fix of each unit that moved since."""
        ...


class PositionStream(Protocol):
    """The stream itself."""

    def publish(self, fixes: Iterable[Fix]) -> None:
        """Offer fixes to every reader; never waits."""
        ...

    def reader(self) -> PositionReader:
        """A new reader, which sees what is published from now on."""
        ...


class LocalPositionReader:
    """A reader in the same process: one place a unit, the newest fix wins."""

    def __init__(self) -> None:
        """Nothing moved yet."""
        self._untaken: list[FixBatch] = []
        self._fixes = self._units = 0
        self._moved = asyncio.Event()

    @property
    def untaken(self) -> int:
        """How many fixes wait here."""
        return self._fixes

    def offer(self, fixes: Iterable[Fix]) -> None:
        """Keep fixes until they are taken; an older one never replaces a newer one."""
        batch = FixBatch.of(fixes)
        self._untaken.append(batch)
        self._fixes += len(batch)
        if self._fixes > UNTAKEN_FIXES_MAX + 2 * self._units:
            self._untaken = [_newest(self._untaken)]
            self._fixes = self._units = len(self._untaken[0])
        self._moved.set()

    async def take(self) -> FixBatch:
        """Wait until something moved, then the newest fix of each unit that moved since."""
        await self._moved.wait()
        self._moved.clear()
        taken, self._untaken, self._fixes = self._untaken, [], 0
        return _newest(taken)


class LocalPositionStream:
    """The stream within one process: the node's."""

    def __init__(self) -> None:
        """Nobody reads yet."""
        self._readers: list[LocalPositionReader] = []

    def publish(self, fixes: Iterable[Fix]) -> None:
        """Offer fixes to every reader; never waits."""
        batch = FixBatch.of(fixes)
        if not len(batch):
            return
        for reader in self._readers:
            reader.offer(batch)

    def reader(self) -> LocalPositionReader:
        """A new reader, which sees what is published from now on."""
        reader = LocalPositionReader()
        self._readers.append(reader)
        return reader


def _newest(batches: list[FixBatch]) -> FixBatch:
    return NewestFixes().take_in(FixBatch.joined(batches))
