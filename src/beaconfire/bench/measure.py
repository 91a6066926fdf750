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
    limits, figures = await all_in_turn(bare, ours, rounds=rounds)
    return limits, figures


async def all_in_turn(*sides: Measure, rounds: int = ROUNDS) -> list[tuple[float, ...]]:
    """The figures of each of several sides, one of each a round."""
    found: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for one, measure in zip(found, sides, strict=True):
            one.append(await measure())
    return [tuple(one) for one in found]


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
