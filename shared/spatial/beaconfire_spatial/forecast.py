"""Demand forecast by empirical Bayes: calls a week per cell, half-hour and weekday.

Most of these bins have seen a handful of calls or none, so that their own mean is mostly chance.
The rate of a bin is taken as Gamma with the mean that its cell, and its hour of the week, lead one
to expect, and the calls as Poisson (J. S. Maritz and T. Lwin, Empirical Bayes Methods, 1989, §3.2);
how far bins differ from what is expected, the strength of the prior, is read off all bins together
by the likelihood of the negative binomial that follows.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaincinv, gammaln

HALF_HOURS: Final = 48
WEEKDAYS: Final = 7
BINS_MAX: Final = 20_000_000
"""60,000 cells; a larger map is forecast in parts."""
LITTLE: Final = 0.5
"""Calls added to each margin, so that nothing is impossible because it has not happened yet
(Jeffreys' prior of a Poisson mean)."""
_STRENGTH_LOG: Final = (-7.0, 14.0)
"""Between one thousandth of a call, where bins say all, and a million, where margins do."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Calls a week by cell, half-hour and weekday, what was expected before, and how strongly.

    `strength` is in calls: a bin that should have seen so many stands half on its own count.
    """

    weekly: np.ndarray
    expected: np.ndarray
    strength: float
    weeks: np.ndarray

    def between(self, share: float) -> tuple[np.ndarray, np.ndarray]:
        """The bounds between which each bin's rate lies with this probability."""
        shape = self.weekly * (self.strength / self.expected + self.weeks)
        scale = self.weekly / shape
        tail = (1 - share) / 2
        return scale * gammaincinv(shape, tail), scale * gammaincinv(shape, 1 - tail)


def forecast(counts: np.ndarray, weeks: np.ndarray) -> Forecast:
    """From calls counted by cell, half-hour and weekday (cells, 48, 7) over so many weeks (7).

    Two cells that wake at opposite hours: what each has seen counts for more than what the city's
    hours lead one to expect (here four calls in 52 weeks, in every bin).

    >>> counts = np.zeros((2, HALF_HOURS, WEEKDAYS), dtype=int)
    >>> counts[0, :24], counts[1, 24:] = 8, 8
    >>> found = forecast(counts, np.full(WEEKDAYS, 52))
    >>> [round(float(52 * rates[0, 0, 0]), 2) for rates in (found.expected, found.weekly)]
    [4.0, 7.68]
    """
    counts, weeks = _checked(counts, weeks)
    expected = from_margins(counts, weeks)
    strength = _strength(counts, expected * weeks)
    weekly = (strength + counts) / (strength / expected + weeks)
    return Forecast(weekly, expected, strength, weeks)


def from_margins(counts: np.ndarray, weeks: np.ndarray) -> np.ndarray:
    """Calls a week if each cell had the whole city's week, only more or less of it."""
    cells = counts.sum(axis=(1, 2)) + LITTLE
    hours = counts.sum(axis=0) + LITTLE
    return cells[:, None, None] * (hours / hours.sum())[None] / weeks


def _checked(counts: np.ndarray, weeks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    counts, weeks = np.asarray(counts, dtype=np.float64), np.asarray(weeks, dtype=np.float64)
    if counts.ndim != 3 or counts.shape[1:] != (HALF_HOURS, WEEKDAYS) or not len(counts):
        raise ValueError(f"counts are cells by {HALF_HOURS} by {WEEKDAYS}, not {counts.shape}")
    if counts.size > BINS_MAX:
        raise ValueError(f"more than {BINS_MAX} bins")
    if not (np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts))).all():
        raise ValueError("counts are whole numbers, 0 or more")
    if weeks.shape != (WEEKDAYS,) or not (np.isfinite(weeks) & (weeks > 0)).all():
        raise ValueError("each weekday was counted in a number of weeks above 0")
    return counts, weeks


def _strength(counts: np.ndarray, expected: np.ndarray) -> float:
    """The shape of the Gamma that makes all counts together most likely."""

    def unlikely(strength_log: float) -> float:
        k = np.exp(strength_log)
        seen = gammaln(k + counts) - gammaln(k)
        return -float((seen + k * np.log(k / (k + expected)) - counts * np.log(k + expected)).sum())

    found: Any = minimize_scalar(unlikely, bounds=_STRENGTH_LOG, method="bounded")
    return float(np.exp(found.x))
