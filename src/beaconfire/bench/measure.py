"""Rounds: both sides in turn, so that what else the machine does meets both alike."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

ROUNDS: Final = 3
"""Enough for a median of what differs little from run to run."""

Measure = Callable[[], Awaitable[float]]


async def in_turn(
    bare: Measure, ours: Measure, rounds: int = ROUNDS
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Limits and figures of ours, one of each a round."""
    limits: list[float] = []
    figures: list[float] = []
    for _ in range(rounds):
        limits.append(await bare())
        figures.append(await ours())
    return tuple(limits), tuple(figures)


async def per_second(act: Callable[[int], Awaitable[None]], *, n: int, workers: int) -> float:
    """How many acts a second `workers` get through; each act is told the number of its worker."""
    left = iter(range(n))

    async def work(worker: int) -> None:
        for _ in left:
            await act(worker)

    began = time.perf_counter()
    await asyncio.gather(*(work(number) for number in range(workers)))
    return n / (time.perf_counter() - began)


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: a value that was measured."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
