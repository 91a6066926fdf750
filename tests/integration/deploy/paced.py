"""Callers who come by the clock: nobody waits until another is answered."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """How many calls were due by the clock, and how many were made."""

    due: int
    told: int

    @property
    def held(self) -> float:
        """The share of what was due that was made."""
        return self.told / self.due if self.due else 0.0


async def paced(call: Callable[[], Awaitable[None]], every_s: float, ended: asyncio.Event) -> Pace:
    """Call by the clock until the end; returns when each call has ended.

    Who was held up has more to call at once: the rate is that of the clock, or it is not held.
    """
    loop = asyncio.get_running_loop()
    began, told = loop.time(), 0

    async def one() -> None:
        await call()

    async with asyncio.TaskGroup() as group:
        while not ended.is_set():
            group.create_task(one())
            told += 1
            await asyncio.sleep(began + told * every_s - loop.time())
        due = max(told, int((loop.time() - began) / every_s))
    return Pace(due, told)
