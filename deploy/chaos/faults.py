"""Faults: what is killed or stands still, one every few seconds, drawn from a seed."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from typing import Final

from compose.deployment import Deployment
from compose.instance import Instance

BETWEEN_S: Final = (2.0, 5.0)
STILL_S: Final = (1.0, 4.0)
BACK_LOOK_S: Final = 0.05
SERVICES: Final = ("incident", "geo", "dispatch", "situation", "agency")
VICTIMS: Final = (*SERVICES, "postgres", "kafka")
"""A run in which one of these was never killed, or never stood still, proves nothing of it."""
KILL: Final = "kill9"
STILL: Final = "stop"
KINDS: Final = (*[KILL] * 9, *[STILL] * 4)
"""Of so many faults; among thirty each victim has met both."""


class Deck:
    """Dealt like cards: nothing is left out, and nobody knows what is next."""

    def __init__(self, cards: Sequence[str], chance: random.Random) -> None:
        """Shuffled by `chance` each time that none is left."""
        self._cards = cards
        self._random = chance
        self._left: list[str] = []

    def next(self) -> str:
        """One of the cards."""
        if not self._left:
            self._left = self._random.sample(self._cards, len(self._cards))
        return self._left.pop()


class Faults:
    """One fault after the other until the end."""

    def __init__(self, deployment: Deployment, *, seed: int) -> None:
        """The same seed draws the same faults."""
        self._deployment = deployment
        self._random = random.Random(seed)  # noqa: S311  (faults, not secrets)
        self.killed: Counter[str] = Counter()
        self.stopped: Counter[str] = Counter()
        self._kinds = Deck(KINDS, self._random)
        self._to_kill, self._to_stop = Deck(VICTIMS, self._random), Deck(VICTIMS, self._random)

    @property
    def number(self) -> int:
        """How many so far."""
        return self.killed.total() + self.stopped.total()

    async def go_on_until(self, ended: asyncio.Event) -> None:
        """Draw, do, wait; returns with everything running again or coming back."""
        while not ended.is_set():
            await asyncio.sleep(self._random.uniform(*BETWEEN_S))
            if self._kinds.next() == KILL:
                await self.kill(self._to_kill.next())
            else:
                await self._pause(self._to_stop.next())

    async def kill(self, service: str) -> None:
        """Kill -9 of all processes of one instance; it comes back as the file says."""
        one = await self._victim(service)
        self.killed[service] += 1
        await one.kill()

    async def _victim(self, service: str) -> Instance:
        """One that is there: who is only about to come back is no fault's to count."""
        one = self._random.choice(self._deployment.instances[service])
        while not one.is_running and not one.has_ended:  # noqa: ASYNC110  (a process has no event)
            await asyncio.sleep(BACK_LOOK_S)
        return one

    async def _pause(self, service: str) -> None:
        one = await self._victim(service)
        self.stopped[service] += 1
        one.pause()
        try:
            await asyncio.sleep(self._random.uniform(*STILL_S))
        finally:
            one.resume()
