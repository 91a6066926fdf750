"""The position stream: the last fix of each unit, from geo to whoever draws it; it may lose a tick.

Positions are not facts (docs/adr/0007): a slow reader gets the newest fix of each unit and
never a backlog, and nobody who publishes ever waits.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a unit was: WGS 84 degrees, accuracy in metres, heading in degrees, when observed."""

    unit_id: str
    lon: float
    lat: float
    observed_at: datetime
    accuracy_m: float | None = None
    heading_deg: float | None = None
    speed_mps: float | None = None


class PositionReader(Protocol):
    """One reader's end of the stream."""

    async def take(self) -> list[Fix]:
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
    """A reader in the same process: one slot a unit, the newest fix wins."""

    def __init__(self) -> None:
        """Nothing moved yet."""
        self._dirty: dict[str, Fix] = {}
        self._moved = asyncio.Event()

    def offer(self, fixes: Iterable[Fix]) -> None:
        """Put fixes into their slots; an older one never replaces a newer one."""
        for fix in fixes:
            held = self._dirty.get(fix.unit_id)
            if held is None or held.observed_at <= fix.observed_at:
                self._dirty[fix.unit_id] = fix
        self._moved.set()

    async def take(self) -> list[Fix]:
        """Wait until something moved, then the newest fix of each unit that moved since."""
        await self._moved.wait()
        self._moved.clear()
        taken, self._dirty = self._dirty, {}
        return list(taken.values())


class LocalPositionStream:
    """The stream within one process: the node's."""

    def __init__(self) -> None:
        """Nobody reads yet."""
        self._readers: list[LocalPositionReader] = []

    def publish(self, fixes: Iterable[Fix]) -> None:
        """Offer fixes to every reader; never waits."""
        batch = list(fixes)
        for reader in self._readers:
            reader.offer(batch)

    def reader(self) -> LocalPositionReader:
        """A new reader, which sees what is published from now on."""
        reader = LocalPositionReader()
        self._readers.append(reader)
        return reader
