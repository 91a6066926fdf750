"""The doorbell: who told facts rings, who reads the log wakes; a ring that is lost costs time only.

What is handed with it is committed, and whoever takes it checks its place.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from beaconfire_platform.telling import Row
from beaconfire_platform.turns import Turns

HANDED_MAX: Final = 100
"""Some seconds of a city's facts: what is older was read from the log long ago."""


class Doorbell:
    """Wakes every waiter of this process; readers poll as well, so a lost ring costs little."""

    def __init__(self) -> None:
        """Nobody waits yet."""
        self.turns = Turns()
        """Who shares the bell shares the process."""
        self.handed: deque[Row] = deque(maxlen=HANDED_MAX)
        """The newest facts that were told in this process."""
        self.has_relay = False
        """Whether a relay of this process waits for what is told here."""
        self.rings = 0
        self.unhanded = 0
        """Rings for facts that nobody handed: only the log has them."""
        self.ends = 0
        """Transactions of this process that ended: what its neighbours are told."""
        self._rung = asyncio.Event()
        self._ended = asyncio.Event()
        self._is_held = False
        self._others: list[Callable[[], None]] = []

    def ring(self, written: Sequence[Row] = ()) -> None:
        """Wake all who wait now, and whoever begins to wait for what they have not heard.

        `written` is committed: whoever may take facts before their turn need not ask for these.
        """
        self.handed.extend(written)
        self.unhanded += not written
        self._end()
        self._wake()

    def ended(self) -> None:
        """A transaction ended that told nothing: only who waits for an end has to look."""
        self._end()
        if self._is_held:
            self._wake()

    def wake_at_end(self, *, since: int) -> None:
        """Somebody who looked when `ends` was `since` saw facts that a transaction holds back."""
        if since == self.ends:
            self._is_held = True
        else:
            self._wake()

    def ring_from_elsewhere(self) -> None:
        """Another process of the service rang."""
        self.unhanded += 1
        self._wake()
        for other in self._others:
            other()

    def also(self, ring: Callable[[], None]) -> None:
        """Call this as well when another process of the service rang: there is more for it too."""
        self._others.append(ring)

    async def wait(self, timeout_s: float, *, since: int | None = None) -> None:
        """Return at the next ring, or after `timeout_s` seconds.

        `since` is what `rings` was before the reader looked: a ring while it was looking counts.
        """
        if since is not None and since != self.rings:
            return
        try:
            async with asyncio.timeout(timeout_s):
                await self._rung.wait()
        except TimeoutError:
            return

    async def wait_own(self, timeout_s: float, *, since: int) -> None:
        """Return when a transaction ended here since `ends` was `since`, or after `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s):
                while since == self.ends:
                    await self._ended.wait()
        except TimeoutError:
            return

    def _end(self) -> None:
        self.ends += 1
        ended, self._ended = self._ended, asyncio.Event()
        ended.set()

    def _wake(self) -> None:
        self.rings += 1
        self._is_held = False
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()
