"""Faults: what is killed or stands still, one every few seconds, drawn from a seed."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final

from compose.deployment import Deployment
from compose.instance import Instance

BETWEEN_S: Final = (2.0, 5.0)
STILL_S: Final = (1.0, 4.0)
BACK_LOOK_S: Final = 0.05
SERVICES: Final = ("incident", "geo", "dispatch", "situation", "agency")
KILLED: Final = (*SERVICES, "postgres", "kafka")
"""A run in which one of these was never killed proves nothing of it."""
KILL: Final = "kill9"
STILL: Final = "stop"


class Faults:
    """One fault after the other until the end."""

    def __init__(self, deployment: Deployment, *, seed: int) -> None:
        """The same seed draws the same faults."""
        self._deployment = deployment
        self._random = random.Random(seed)  # noqa: S311  (faults, not secrets)
        self.counts: Counter[str] = Counter()
        self.victims: Counter[str] = Counter()
        self.killed: Counter[str] = Counter()
        self._deck: list[str] = []

    @property
    def number(self) -> int:
        """How many so far."""
        return self.counts.total()

    async def go_on_until(self, ended: asyncio.Event) -> None:
        """Draw, do, wait; returns with everything running again or coming back."""
        menu: tuple[tuple[int, Callable[[], Awaitable[None]]], ...] = (
            (9, self._kill_next), (3, self._pause_service), (1, self._pause_kafka),
        )  # fmt: skip
        weights = [weight for weight, _ in menu]
        while not ended.is_set():
            await asyncio.sleep(self._random.uniform(*BETWEEN_S))
            [(_, fault)] = self._random.choices(menu, weights)
            await fault()

    async def kill(self, service: str) -> None:
        """Kill -9 of all processes of one instance; it comes back as the file says."""
        one = await self._victim(service)
        self.counts[KILL] += 1
        self.victims[service] += 1
        self.killed[service] += 1
        await one.kill()

    async def _kill_next(self) -> None:
        """Dealt like cards: nobody is left out, and nobody knows who is next."""
        if not self._deck:
            self._deck = self._random.sample(KILLED, len(KILLED))
        await self.kill(self._deck.pop())

    async def _pause_service(self) -> None:
        await self._pause(self._random.choice(SERVICES))

    async def _pause_kafka(self) -> None:
        await self._pause("kafka")

    async def _victim(self, service: str) -> Instance:
        """One that is there: who is only about to come back is no fault's to count."""
        one = self._random.choice(self._deployment.instances[service])
        while not one.is_running and not one.has_ended:  # noqa: ASYNC110  (a process has no event)
            await asyncio.sleep(BACK_LOOK_S)
        return one

    async def _pause(self, service: str) -> None:
        one = await self._victim(service)
        self.counts[STILL] += 1
        self.victims[service] += 1
        one.pause()
        try:
            await asyncio.sleep(self._random.uniform(*STILL_S))
        finally:
            one.resume()
