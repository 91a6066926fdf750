"""Who is waited for goes first: what nobody waits for takes its turn in between, one at a time.

A process has one loop. A report, the picture that shows it, and three consumers that gather facts
all share it; each of them is quick, and all together keep a person waiting.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

T = TypeVar("T")

PATIENCE_S: Final = 0.05
"""So long what nobody waits for lets others pass, and no longer: under load it must go on too."""
GIVE_WAY_S: Final = 0.02
"""Two reports' time: what has begun lets somebody pass so long at once."""
ASIDE_S: Final = 0.000_5
"""How long a thread rests before it looks again: a small part of what a report takes."""


class Turns:
    """Whose turn it is in one process. A turn forbids nothing and guards nothing."""

    def __init__(self) -> None:
        """Nobody is at work."""
        self._first = 0
        self._is_taken = False
        self._free = asyncio.Event()
        self._free.set()
        self._unwaited = asyncio.Event()
        self._unwaited.set()

    @property
    def is_free(self) -> bool:
        """Whether nobody is at work."""
        return self._free.is_set()

    @asynccontextmanager
    async def first(self) -> AsyncGenerator[None]:
        """Somebody waits for this: it begins at once."""
        self._first += 1
        self._look()
        try:
            yield
        finally:
            self._first -= 1
            self._look()

    @asynccontextmanager
    async def later(self) -> AsyncGenerator[None]:
        """Nobody waits for this: it begins when nobody is at work, or has waited enough."""
        is_ours = await self._wait()
        try:
            yield
        finally:
            if is_ours:
                self._is_taken = False
                self._look()

    def aside(self) -> "Aside":
        """For one work that nobody waits for."""
        return Aside(self)

    async def until_unwaited(self, seconds: float) -> None:
        """Until nobody is waited for, so long at most."""
        try:
            async with asyncio.timeout(seconds):
                await self._unwaited.wait()
        except TimeoutError:
            pass

    async def beside(self, work: Callable[[], T]) -> T:
        """Do it in a thread, from when nobody is waited for; after PATIENCE_S in any case."""

        def run() -> T:
            self.aside().let_pass()
            return work()

        return await asyncio.to_thread(run)

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody waits for what is at work."""
        return self._first > 0

    async def _wait(self) -> bool:
        """Whether the turn is ours; without it one begins out of turn."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not self._free.is_set():
                    await self._free.wait()
        except TimeoutError:
            if self._is_taken:
                return False
        self._is_taken = True
        self._look()
        return True

    def _look(self) -> None:
        if self._first:
            self._unwaited.clear()
        else:
            self._unwaited.set()
        if self._first or self._is_taken:
            self._free.clear()
        else:
            self._free.set()


class Aside:
    """The patience of one work: between two small steps it rests while somebody is waited for."""

    def __init__(self, turns: Turns) -> None:
        """Nothing of it is used yet."""
        self._turns = turns
        self._left_s = PATIENCE_S

    def let_pass(self) -> None:
        """To be called in a thread: it rests PATIENCE_S in all.

        A thread that reckons shares one interpreter with the loop, which would get it for half of
        the time only, and after 5 ms each time (`sys.getswitchinterval`).
        """
        while self._turns.is_waited_for and self._left_s > 0:
            began = time.monotonic()
            time.sleep(ASIDE_S)
            self._left_s -= time.monotonic() - began

    async def give_way(self) -> None:
        """To be awaited in the loop, within a transaction too: it rests GIVE_WAY_S at a time.

        Whoever is waited for may wait for a lock that this work holds, so it is not for long.
        """
        if self._turns.is_waited_for and self._left_s > 0:
            began = time.monotonic()
            await self._turns.until_unwaited(min(GIVE_WAY_S, self._left_s))
            self._left_s -= time.monotonic() - began
