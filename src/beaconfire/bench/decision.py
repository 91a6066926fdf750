"""Section `decision`: the engine's answer to one picture, beside its limit and bare scipy."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from beaconfire.bench.measure import all_in_turn, percentile
from beaconfire.bench.report import Comparison
from beaconfire_dispatch.domain.engine.explain import advise
from beaconfire_dispatch.domain.engine.matching import match
from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot

SIZES: Final = (
    (20, 20, 1, 10.0, 400),
    (200, 100, 1, 60.0, 200),
    (10_000, 1, 2, 20.0, 100),
    (5_000, 2_000, 2, 400.0, 3),
)
"""Units, incidents, units an incident asks for on average, milliseconds it may take, and how often
it is asked in a round."""
EXPLAINED: Final = ((20, 20, 1, 250.0, 20), (200, 100, 1, 250.0, 10))
"""The same where all incidents are news at once and each wants its reasons, as in a storm."""
KINDS: Final = ("fire", "rescue", "ambulance", "command")


Size = tuple[int, int, int, float, int]


async def measure(
    sizes: tuple[Size, ...] = SIZES, explained: tuple[Size, ...] = EXPLAINED
) -> list[Comparison]:
    """The 99th percentile of a round, in milliseconds, at each size."""
    decided = [one for size in sizes for one in await _of_size(*size)]
    return [*decided, *[await _with_reasons(*size) for size in explained]]


async def _of_size(
    units: int, incidents: int, count: int, allowed_ms: float, times: int
) -> list[Comparison]:
    pictures = [a_picture(units, incidents, count, seed) for seed in range(min(times, 20))]
    bare_prices = [np.random.default_rng(seed).random(one.road_s.T.shape)
                   for seed, one in enumerate(pictures)]  # fmt: skip

    async def allowed() -> float:
        return allowed_ms

    async def bare() -> float:
        return _p99_ms(lambda at: linear_sum_assignment(bare_prices[at % len(pictures)]), times)

    async def ours() -> float:
        # a picture made anew: what one round reckons of its units is nothing that the next may know
        return _p99_ms(lambda at: match(replace(pictures[at % len(pictures)])), times)

    limits, solver, figures = await all_in_turn(allowed, bare, ours)
    size = f"{units} × {incidents}" + (" with counts" if count > 1 else "")
    return [
        Comparison("decision", f"ms p99 at {size}, as allowed", limits, figures, 1.0,
                   more_is_better=False, n=times),
        Comparison("decision", f"ms p99 at {size}, bare solver", solver, figures, None,
                   more_is_better=False, n=times),
    ]  # fmt: skip


async def _with_reasons(
    units: int, incidents: int, count: int, allowed_ms: float, times: int
) -> Comparison:
    pictures = [a_picture(units, incidents, count, seed) for seed in range(times)]

    async def allowed() -> float:
        return allowed_ms

    async def ours() -> float:
        return _p99_ms(lambda at: advise(replace(pictures[at])), times)

    limits, figures = await all_in_turn(allowed, ours)
    return Comparison("decision", f"ms p99 at {units} × {incidents} with all reasons, as allowed",
                      limits, figures, 1.0, more_is_better=False, n=times)  # fmt: skip


def _p99_ms(act: Callable[[int], object], times: int) -> float:
    taken: list[float] = []
    for at in range(times):
        began = time.perf_counter()
        act(at)
        taken.append((time.perf_counter() - began) * 1e3)
    return percentile(taken, 0.99)


def a_picture(units: int, incidents: int, count: int, seed: int) -> Situation:
    """Units and incidents all over a square; each incident asks for 1 to 2 · count - 1 units."""
    drawn = np.random.default_rng(seed)
    asked = drawn.integers(1, 2 * count, incidents) if count > 1 else np.ones(incidents, int)
    places = np.repeat(drawn.random((incidents, 2)), asked, axis=0)
    stands = drawn.random((units, 2))
    kinds = KINDS if count > 1 else KINDS[:1]
    slots = tuple(
        Slot(f"i{one}", kinds[int(drawn.integers(len(kinds)))], int(drawn.integers(1, 5)),
             float(drawn.integers(600)), 480.0)
        for one in np.repeat(np.arange(incidents), asked).tolist()
    )  # fmt: skip
    free = tuple(
        Free(f"u{one:05d}", f"U{one}", frozenset((kinds[one % len(kinds)],)),
             float(drawn.integers(3_600)), 60.0)
        for one in range(units)
    )  # fmt: skip
    apart = np.abs(stands[:, None, :] - places[None, :, :]).sum(axis=2)
    return Situation(slots, free, 1_800.0 * apart, "table", np.zeros((units, 0)))
