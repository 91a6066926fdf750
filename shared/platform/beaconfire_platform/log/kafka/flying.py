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
WRITTEN_EVERY_S: Final = 0.25
"""What is acknowledged is written down so often: what comes meanwhile waits for nothing by it, and
after a crash comes twice, which versions tell."""

Land = Callable[[LogPosition, list[Any]], Awaitable[None]]
"""Writes down that everything up to a place is acknowledged, with the acknowledgements."""
Hear = Callable[[LogPosition], None]
"""Hears of the end of each batch as soon as it is acknowledged, in order."""


class Flying:
    """The batches of one producer, until it is thrown away."""

    def __init__(
        self, start: LogPosition, land: Land, most_s: float, *, hear: Hear = lambda _: None
    ) -> None:
        """Everything up to `start` is written down; one batch is waited for `most_s` at most."""
        self.sent = start
        self._land = land
        self._hear = hear
        self._most_s = most_s
        self._batches: deque[tuple[LogPosition, asyncio.Future[list[Any]], float]] = deque()
        self._acknowledged: tuple[LogPosition, list[Any]] | None = None
        self._written_at = float("-inf")
        self._is_waited_for = False
        self._changes = Doorbell()
        self._landing = asyncio.create_task(self._land_forever())
        self._landing.add_done_callback(lambda _: self._changes.ring())

    @property
    def is_empty(self) -> bool:
        """Whether everything that was sent is written down."""
        return not self._batches and self._acknowledged is None

    def must_fly(self) -> None:
        """Raise what ended the landing, if anything did."""
        if self._landing.done():
            self._landing.result()

    async def put(self, to: LogPosition, acknowledged: "asyncio.Future[list[Any]]") -> None:
        """A batch up to a place is sent; waits while too many are on their way."""
        self._batches.append((to, acknowledged, _now()))
        self.sent = to
        acknowledged.add_done_callback(lambda _: self._changes.ring())
        self._changes.ring()
        await self._until(lambda: len(self._batches) < FLYING_MAX)

    async def landed(self) -> None:
        """Wait until everything sent so far is written down."""
        self._is_waited_for = True
        self._changes.ring()
        try:
            await self._until(lambda: self.is_empty)
        finally:
            self._is_waited_for = False

    def crash(self) -> None:
        """Wait for nothing any more: what was not written down is sent again by the next."""
        self._landing.cancel()
        for _, acknowledged, _ in self._batches:
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
            if self._take_acknowledged():
                self._changes.ring()
                continue
            until = self._patience_s()
            if self._acknowledged is not None and until <= 0:
                await self._land(*self._acknowledged)
                self._written_at, self._acknowledged = _now(), None
                self._changes.ring()
                continue
            if self._batches and _now() - self._batches[0][2] > self._most_s:
                raise TimeoutError
            await self._changes.wait(until, since=changes)

    def _patience_s(self) -> float:
        """Until there is something to do, if nothing changes: to write down, or to give up."""
        if self._acknowledged is not None:
            due_at = self._written_at + WRITTEN_EVERY_S
            return 0.0 if self._is_waited_for else due_at - _now()
        if self._batches:
            return max(0.0, self._batches[0][2] + self._most_s - _now())
        return self._most_s

    def _take_acknowledged(self) -> bool:
        """Whether anything came that is next in order; it is written down with what came before."""
        to, told = self._acknowledged or (self.sent, [])
        is_any = False
        while self._batches and self._batches[0][1].done():
            to, acknowledged, _ = self._batches.popleft()
            told += acknowledged.result()
            self._hear(to)
            is_any = True
        if is_any:
            self._acknowledged = to, told
        return is_any


def _now() -> float:
    return asyncio.get_running_loop().time()


def _heard(acknowledged: "asyncio.Future[list[Any]]") -> None:
    """Whatever came of it, nobody is to be told that nobody asked."""
    if not acknowledged.cancelled():
        acknowledged.exception()
