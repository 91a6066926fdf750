"""Which fixes can be: not from the future, not too old, not nowhere, not with their axes swapped.

A batch is judged column by column, and what is wrong in one row never costs the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol

import numpy as np

from beaconfire_contracts.refusals import Invalid

FIXES_PER_BATCH_MAX: Final = 1_000
"""A unit that was out of reach for a quarter of an hour at 1 Hz sends this many at once."""
AHEAD_MAX: Final = timedelta(minutes=5)
"""A fix further ahead of both clocks than this is refused: a clock that wrong says nothing."""
BEHIND_MAX: Final = timedelta(days=7)
"""A fix older than this is refused: a terminal that lay a week in a cupboard sends its holiday."""
_US_PER_DAY: Final = 86_400_000_000

Box = np.ndarray
"""West, south, east, north; all NaN where there is no map."""


class TooManyFixes(Invalid):
    """A batch holds at most 1,000 fixes."""


class AheadOfClock(Invalid):
    """The fix lies further ahead of the clock than five minutes."""


class TooOld(Invalid):
    """The fix is older than a week."""


class NoFix(Invalid):
    """Zero longitude and zero latitude are what a receiver tells that sees no satellite."""


class SwappedAxes(Invalid):
    """The fix lies on the map if longitude and latitude change places."""


class NotANumber(Invalid):
    """NaN and infinity are no degrees, metres or seconds."""


class Columns(Protocol):
    """Fixes as columns."""

    @property
    def observed_us(self) -> Any:
        """When each was observed, in microseconds since 1970."""
        ...

    @property
    def lon(self) -> Any:
        """Degrees east."""
        ...

    @property
    def lat(self) -> Any:
        """Degrees north."""
        ...


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a fix is held against: the two clocks in microseconds, and the map's box."""

    earlier_us: int
    later_us: int
    box: Box

    @property
    def first_us(self) -> int:
        """The oldest moment that is taken."""
        return self.earlier_us - BEHIND_MAX.days * _US_PER_DAY

    @property
    def last_us(self) -> int:
        """The latest moment that is taken."""
        return self.later_us + int(AHEAD_MAX.total_seconds() * 1e6)


def wrong_fixes(fixes: Columns, bounds: Bounds) -> Iterator[tuple[int, type[Invalid], str]]:
    """Each row that cannot be, with the reason and the member that shows it."""
    checks = (
        (fixes.observed_us > bounds.last_us, AheadOfClock, "observed_at"),
        (fixes.observed_us < bounds.first_us, TooOld, "observed_at"),
        ((fixes.lon == 0) & (fixes.lat == 0), NoFix, "lon"),
        (_swapped(fixes, bounds.box), SwappedAxes, "lon"),
    )
    told = np.zeros(len(fixes.lon), dtype=bool)
    for wrong, kind, member in checks:
        for row in np.flatnonzero(wrong & ~told).tolist():
            yield row, kind, member
        told |= wrong


def would_fit_swapped(lon: float, lat: float) -> bool:
    """Whether two numbers that are no longitude and latitude are a latitude and longitude."""
    in_order = abs(lon) <= 180 and abs(lat) <= 90
    return not in_order and abs(lon) <= 90 and abs(lat) <= 180


def _swapped(fixes: Columns, box: Box) -> np.ndarray:
    """Off the map as told, on it with the axes changed; nobody without a map."""
    here, there = _within(fixes.lon, fixes.lat, box), _within(fixes.lat, fixes.lon, box)
    return ~here & there


def _within(lon: Any, lat: Any, box: Box) -> np.ndarray:
    west, south, east, north = box
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
