"""The newest facts of a log, read once for all consumers of a process.

Whoever tells rings the doorbell and wakes every consumer. Without this each would put the same
question to the database, mostly to hear that there is nothing: that was half of a busy node's work.
While nobody rang since the last look there is nothing new, but for what another process told: that
is found by looking now and then.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from itertools import takewhile
from typing import Final

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.log.port import Told

KEPT_MAX: Final = 2_000
"""So many facts are kept (about 4 MB); who is further behind asks the database."""
LOOK_FACTS_MAX: Final = 500
"""So many are fetched at once; where more wait, everybody catches up with the database first."""
FRESH_S: Final = 0.1
"""If nobody rang, a look is as good as another for so long: half of what readers wait."""
GAPS_MAX: Final = 64
"""As many sets of sources as any process has consumers."""

Sources = frozenset[str]
Look = Callable[[Sources, LogPosition, int], Awaitable[list[Told]]]
"""Facts of these sources after a position, oldest first, at most so many."""


class Tail:
    """What a look below the horizon saw stays so: nothing ever appears before its last fact."""

    def __init__(self, look: Look, bell: Doorbell) -> None:
        """Nothing is known yet."""
        self._look = look
        self._bell = bell
        self._rings = -1
        self._looked_at = 0.0
        self._followed: Sources = frozenset()
        self._facts: deque[Told] = deque()
        self._start: LogPosition | None = None
        self._head: LogPosition | None = None
        self._is_whole = False
        self._gaps: dict[tuple[Sources, LogPosition], LogPosition] = {}
        self._one_looks = asyncio.Lock()
        self._begun = 0
        self._done = 0

    async def after(self, sources: Sources, after: LogPosition, limit: int) -> list[Told]:
        """As the database would answer now: from memory where that is enough."""
        self._follow(sources, after)
        if not self._is_fresh():
            await self._look_once()
        begin = max(after, self._gaps.get((sources, after), after))
        head = self._head
        if not self._covers(sources, begin):
            found = await self._look(sources, begin, limit)
        else:
            newer = takewhile(lambda one: one.position > begin, reversed(self._facts))
            found = [one for one in newer if one.source in sources][: -limit - 1 : -1]
        if not found and head is not None and head > begin:
            self._gaps.pop((sources, after), None)
            self._gaps[(sources, after)] = head
            while len(self._gaps) > GAPS_MAX:
                self._gaps.pop(next(iter(self._gaps)))
        return found

    def _follow(self, sources: Sources, after: LogPosition) -> None:
        """Look for these sources too, and from here on where we are behind anyhow."""
        is_new = not sources <= self._followed
        if is_new:
            self._followed |= sources
        if self._head is None or is_new or (not self._is_whole and after > self._head):
            self._forget(max(after, self._head or after))

    def _forget(self, head: LogPosition) -> None:
        self._facts.clear()
        self._start = self._head = head
        self._is_whole = False

    def _is_fresh(self) -> bool:
        return (
            self._is_whole
            and self._rings == self._bell.rings
            and asyncio.get_running_loop().time() - self._looked_at < FRESH_S
        )

    async def _look_once(self) -> None:
        """Wait for a look that began after now; one for all who ask at the same moment."""
        wanted = self._begun + 1
        async with self._one_looks:
            if self._done >= wanted:
                return
            await asyncio.sleep(0)  # whom the same ring wakes joins this look
            self._begun = begun = self._begun + 1
            asked, head = self._followed, self._head
            if head is None:
                return
            rings, began_at = self._bell.rings, asyncio.get_running_loop().time()
            found = await self._look(asked, head, LOOK_FACTS_MAX)
            self._done = begun
            if (asked, head) == (self._followed, self._head):
                self._take(found, head)
                self._rings, self._looked_at = rings, began_at

    def _take(self, found: list[Told], head: LogPosition) -> None:
        if len(found) == LOOK_FACTS_MAX:
            self._forget(head)
            return
        self._is_whole = True
        self._facts.extend(found)
        if found:
            self._head = found[-1].position
        while len(self._facts) > KEPT_MAX:
            self._start = self._facts.popleft().position

    def _covers(self, sources: Sources, begin: LogPosition) -> bool:
        """Whether every fact of these sources after `begin` that was to be seen is kept here."""
        return (
            self._is_whole
            and sources <= self._followed
            and self._start is not None
            and self._start <= begin
        )
