"""Where a unit that nobody needs stands best: the value of the whole cover.

Each demand cell is reached by its nearest standing unit unless that is busy, then by the next: the
series of MEXCLP (Daskin 1983) with a curve over the response time in place of the step at a limit,
as in Jagtenberg, Bhulai and van der Mei (2015).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from beaconfire_dispatch.domain.engine.lateness import WHOLE, lateness, milliseconds

BUSY_FRACTION: Final = 0.25
"""The share of its time that a unit is not to be had; 0.2-0.3 did best where it was tried."""
MINUTES_FACTOR: Final = 0.05
LONGEST_S: Final = 7_200.0
"""Whatever takes longer costs as much."""
QUEUE_PRICE: Final = 3.0
"""What it costs a cell when all are busy: as late as a call can be, and an hour of minutes."""


@dataclass(frozen=True, slots=True)
class CoverCurve:
    """Each cell's price (column) from each post (row), and how often it calls (覆盖曲线)."""

    price: np.ndarray
    rate: np.ndarray


def curve(seconds: np.ndarray, cover_s: float) -> np.ndarray:
    """The price of reaching a call after so many seconds: minutes, and being late."""
    return price_of(seconds, cover_s) / WHOLE


def price_of(seconds: np.ndarray, cover_s: float) -> np.ndarray:
    """The same in whole millionths."""
    reached_ms = milliseconds(np.minimum(seconds, LONGEST_S))
    minutes = round(MINUTES_FACTOR * WHOLE) * reached_ms // 60_000
    return minutes + lateness(reached_ms - round(cover_s * 1_000))


def value(curves: CoverCurve, standing: Sequence[int], busy: float = BUSY_FRACTION) -> float:
    """The expected price of the next call when units stand at these posts; less is better."""
    prices = np.sort(curves.price[list(standing)], axis=0)
    weights = (1.0 - busy) * busy ** np.arange(len(standing))
    of_cell = weights @ prices + busy ** len(standing) * QUEUE_PRICE
    return float(of_cell @ curves.rate)


def best_post(
    curves: CoverCurve, standing: Sequence[int], posts: Sequence[int], busy: float = BUSY_FRACTION
) -> int:
    """The post at which one more unit is worth most; of equal ones the first.

    One more unit moves those behind it one place back in the series, which costs them a factor
    `busy`: no sum is made anew for each post.
    """
    ordered = np.sort(curves.price[list(standing)], axis=0)
    weights = (1.0 - busy) * busy ** np.arange(len(standing) + 1)
    nothing = np.zeros((1, curves.price.shape[1]))
    before = np.concatenate((nothing, np.cumsum(weights[:-1, None] * ordered, axis=0)))
    cells = np.arange(curves.price.shape[1])

    def worth(post: int) -> float:
        place = (ordered <= curves.price[post]).sum(axis=0)
        ahead = before[place, cells]
        behind = before[-1] - ahead
        return float((ahead + weights[place] * curves.price[post] + busy * behind) @ curves.rate)

    return min(posts, key=lambda post: (round(worth(post), 9), post))


@dataclass(frozen=True, slots=True)
class Move:
    """One unit goes from a post to another; the next call's price falls by a part (前移)."""

    leaving: int
    goal: int
    gain: float


def best_move(
    curves: CoverCurve, standing: Sequence[int], posts: Sequence[int], gain_min: float
) -> Move | None:
    """The move of one of those who stand that gains most, if it gains that much; of equal ones the
    lower posts.
    """
    now = value(curves, standing)
    options: list[tuple[float, int, int]] = []
    for leaving in sorted(set(standing)):
        rest = list(standing)
        rest.remove(leaving)
        goal = best_post(curves, rest, posts)
        if goal != leaving:
            options.append((value(curves, [*rest, goal]), leaving, goal))
    if not options or not now or min(options)[0] > now * (1 - gain_min):
        return None
    then, leaving, goal = min(options)
    return Move(leaving, goal, 1 - then / now)


def gain_of(curves: CoverCurve, rest: Sequence[int], home: int, goal: int) -> float:
    """The part by which the price falls when a unit stands at `goal` and not at home."""
    at_home = value(curves, [*rest, home])
    return 0.0 if not at_home else 1 - value(curves, [*rest, goal]) / at_home
