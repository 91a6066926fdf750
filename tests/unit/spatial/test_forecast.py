"""The forecast on Rio's calls: better than each bin's own mean, than any mean, than margins alone.

The weeks of these counts are not known, so that none can be held back. Each call is instead put by
a coin into one of two halves: of Poisson counts these are independent, as if each were another year
at half the rate. What is learned on one is judged on the other.
"""

import csv
import functools
import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaln

from beaconfire_spatial.forecast import HALF_HOURS, WEEKDAYS, forecast, from_margins

RIO = Path(__file__).parent / "data" / "rio_call_counts.csv.gz"
RIO_WEEKS = np.array([105, 105, 105, 105, 104, 104, 104])
CALLS = 229_484


@functools.cache
def rio() -> np.ndarray:
    """Calls by region (those that ever had one), half-hour and weekday."""
    counts = np.zeros((100, HALF_HOURS, WEEKDAYS), dtype=int)
    with gzip.open(RIO, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            place = int(row["region"]), int(row["half_hour"]), int(row["weekday"])
            counts[place] = int(row["calls"])
    return counts[counts.sum(axis=(1, 2)) > 0]


def halves(seed: int) -> tuple[np.ndarray, np.ndarray]:
    learned = np.random.default_rng(seed).binomial(rio(), 0.5)
    return learned, rio() - learned


def likelihood(weekly: np.ndarray, held_out: np.ndarray) -> float:
    """The logarithm of the probability of what was held out, a call."""
    means = weekly * (RIO_WEEKS / 2)
    return float((held_out * np.log(means) - means - gammaln(held_out + 1)).sum() / held_out.sum())


@pytest.mark.parametrize("seed", range(5))
def test_on_calls_held_out_it_is_better_than_every_simpler_forecast(seed: int) -> None:
    learned, held_out = halves(seed)
    weeks = RIO_WEEKS / 2

    found = likelihood(forecast(learned, weeks).weekly, held_out)

    floors = [0.1, 0.25, 0.5, 1.0]
    raw = max(likelihood(np.maximum(learned, floor) / weeks, held_out) for floor in floors)
    by_cell = learned.sum(axis=(1, 2), keepdims=True) / (HALF_HOURS * weeks.sum())
    overall = np.full(learned.shape, by_cell.mean())
    assert found > raw + 0.05, "a bin's own mean, even with the best floor below it"
    assert found > likelihood(np.broadcast_to(by_cell, learned.shape), held_out) + 0.05
    assert found > likelihood(overall, held_out) + 0.5
    assert found > likelihood(from_margins(learned, weeks), held_out) + 0.0005, "margins alone"


def test_its_bounds_hold_what_they_say_on_calls_that_it_has_not_seen() -> None:
    learned, held_out = halves(9)
    weeks = RIO_WEEKS / 2

    low, high = forecast(learned, weeks).between(0.9)

    # The rate itself is never seen: many bins together are, each bin's bounds by Poisson's spread.
    means = (low + high) / 2 * weeks
    wide = np.sqrt(means + ((high - low) / 3.29 * weeks) ** 2)
    within = (np.abs(held_out - means) <= 1.645 * wide)[means > 10].mean()
    assert within == pytest.approx(0.9, abs=0.02)


@given(st.integers(1, 5), st.integers(0, 2**32 - 1), st.floats(0.1, 60))
def test_each_rate_lies_between_what_was_expected_and_what_was_seen(
    cells: int, seed: int, mean: float
) -> None:
    chance = np.random.default_rng(seed)
    counts = chance.poisson(mean, (cells, HALF_HOURS, WEEKDAYS))
    weeks = np.full(WEEKDAYS, 52)

    found = forecast(counts, weeks)

    seen = counts / weeks
    assert (found.weekly >= np.minimum(found.expected, seen) - 1e-9).all()
    assert (found.weekly <= np.maximum(found.expected, seen) + 1e-9).all()
    assert (found.weekly > 0).all(), "nothing is impossible because it has not happened yet"


def test_the_strength_of_the_prior_is_found_again() -> None:
    chance = np.random.default_rng(5)
    rates = chance.gamma(4.0, 20 / 4.0, (40, HALF_HOURS, WEEKDAYS))
    counts = chance.poisson(rates)

    found = forecast(counts, np.ones(WEEKDAYS))

    assert found.strength == pytest.approx(4.0, rel=0.1)


@pytest.mark.parametrize(
    ("counts", "weeks", "reason"),
    [
        (np.zeros((1, 24, 7)), np.ones(7), "cells by 48 by 7"),
        (np.zeros((0, 48, 7)), np.ones(7), "cells by 48 by 7"),
        (np.full((1, 48, 7), -1), np.ones(7), "whole numbers"),
        (np.full((1, 48, 7), 0.5), np.ones(7), "whole numbers"),
        (np.full((1, 48, 7), np.nan), np.ones(7), "whole numbers"),
        (np.zeros((1, 48, 7)), np.zeros(7), "a number of weeks above 0"),
        (np.zeros((1, 48, 7)), np.ones(6), "a number of weeks above 0"),
    ],
)
def test_what_cannot_be_counted_is_refused(
    counts: np.ndarray, weeks: np.ndarray, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        forecast(counts, weeks)
