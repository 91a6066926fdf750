"""Callers who come by the clock: nobody waits until another is answered."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

LATE_S_MAX: Final = 1.0
"""Who calls later than this after they should have is not in time."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many calls were due by the clock, how many were made, and how many of them in time."""

    due: int
    told: int
    in_time: int

    @property
    def held(self) -> float:
        """The share of what was due that was made in time."""
        return self.in_time / self.due if self.due else 0.0


async def paced(call: Callable[[], Awaitable[None]], every_s: float, ended: asyncio.Event) -> Pace:
    """Call by the clock until the end; returns when each call has ended.

    Who was held up has more to call at once: the rate is that of the clock, or it is not held.
    """
    loop = asyncio.get_running_loop()
    began, told, in_time = loop.time(), 0, 0

    async def one() -> None:
        await call()

    async with asyncio.TaskGroup() as group:
        while not ended.is_set():
            group.create_task(one())
            in_time += loop.time() - (began + told * every_s) <= LATE_S_MAX
            told += 1
            await asyncio.sleep(began + told * every_s - loop.time())
        due = max(told, int((loop.time() - began) / every_s))
    return Pace(due, told, in_time)
