"""Batches on their way to the brokers: sent in order, written down in order, some at once.

Who waits for one acknowledgement before the next is sent makes each fact wait for two.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.doorbell import Doorbell

FLYING_MAX: Final = 4
"""So many batches may be unacknowledged; more would only wait in the client."""

Land = Callable[[LogPosition, list[Any]], Awaitable[None]]
"""What is done once everything up to a place is acknowledged, with the acknowledgements."""


class Flying:
    """The batches of one producer, until it is thrown away."""

    def __init__(self, start: LogPosition, land: Land, most_s: float) -> None:
        """Everything up to `start` is written down; one batch is waited for `most_s` at most."""
        self.sent = start
        self._land = land
        self._most_s = most_s
        self._batches: deque[tuple[LogPosition, asyncio.Future[list[Any]]]] = deque()
        self._changes = Doorbell()
        self._landing = asyncio.create_task(self._land_forever())
        self._landing.add_done_callback(lambda _: self._changes.ring())

    @property
    def is_empty(self) -> bool:
        """Whether everything that was sent is written down."""
        return not self._batches

    def must_fly(self) -> None:
        """Raise what ended the landing, if anything did."""
        if self._landing.done():
            self._landing.result()

    async def put(self, to: LogPosition, acknowledged: "asyncio.Future[list[Any]]") -> None:
        """A batch up to a place is sent; waits while too many are on their way."""
        self._batches.append((to, acknowledged))
        self.sent = to
        self._changes.ring()
        await self._until(lambda: len(self._batches) < FLYING_MAX)

    async def landed(self) -> None:
        """Wait until everything sent so far is written down."""
        await self._until(lambda: not self._batches)

    def crash(self) -> None:
        """Wait for nothing any more: what was not written down is sent again by the next."""
        self._landing.cancel()
        for _, acknowledged in self._batches:
            acknowledged.add_done_callback(_heard)
            acknowledged.cancel()

    async def _until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            changes = self._changes.rings
            self.must_fly()
            await self._changes.wait(self._most_s, since=changes)

    async def _land_forever(self) -> None:
        while True:
            changes = self._changes.rings
            if not self._batches:
                await self._changes.wait(self._most_s, since=changes)
                continue
            async with asyncio.timeout(self._most_s):
                await asyncio.wait({self._batches[0][1]})
            told: list[Any] = []
            to, landed = self.sent, 0
            for place, acknowledged in self._batches:
                if not acknowledged.done():
                    break
                to, landed = place, landed + 1
                told += acknowledged.result()
            await self._land(to, told)
            for _ in range(landed):
                self._batches.popleft()
            self._changes.ring()


def _heard(acknowledged: "asyncio.Future[list[Any]]") -> None:
    """Whatever came of it, nobody is to be told that nobody asked."""
    if not acknowledged.cancelled():
        acknowledged.exception()
