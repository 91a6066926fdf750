"""Who is waited for goes first: what nobody waits for takes its turn in between, one at a time.

A process has one loop. A report, the picture that shows it, and three consumers that gather facts
all share it; each of them is quick, and all together keep a person waiting.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

PATIENCE_S: Final = 0.05
"""So long what nobody waits for lets others pass, and no longer: under load it must go on too."""


class Turns:
    """Whose turn it is in one process. A turn forbids nothing and guards nothing."""

    def __init__(self) -> None:
        """Nobody is at work."""
        self._first = 0
        self._is_taken = False
        self._free = asyncio.Event()
        self._free.set()

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
        if self._first or self._is_taken:
            self._free.clear()
        else:
            self._free.set()
