"""Which positions came late: against newer ones of their unit, and against now."""

from datetime import timedelta

import numpy as np

from beaconfire_geo.adapters.late_fixes import LateFixes
from beaconfire_platform.fix_batch import Fix, FixBatch, microseconds
from beaconfire_testkit.builders import NOON

NOON_US = microseconds(NOON)
SECOND_US = 1_000_000


def batch(*fixes: tuple[str, int]) -> FixBatch:
    """Positions of units, so many seconds after noon."""
    return FixBatch.of(
        Fix(unit_id, 174.7, -36.9, NOON + timedelta(seconds=second)) for unit_id, second in fixes
    )


def us(*seconds: int) -> np.ndarray:
    """So many seconds after noon, in microseconds since 1970."""
    return np.array([NOON_US + one * SECOND_US for one in seconds])


def test_a_position_ten_seconds_behind_a_newer_one_of_its_unit_is_late() -> None:
    late = LateFixes()

    late.add(batch(("a", 9), ("b", 10), ("a", 3)), us(20, 20, 20), NOON_US)

    assert late.drain() == {"a": (NOON_US + 3 * SECOND_US, NOON_US + 9 * SECOND_US)}
    assert late.drain() == {}


def test_an_old_position_is_late_though_its_newer_ones_went_elsewhere() -> None:
    late = LateFixes()

    late.add(batch(("a", 0), ("b", 5)), us(0, 5), NOON_US + 11 * SECOND_US)

    assert late.drain().keys() == {"a"}


def test_what_could_not_be_written_is_one_stretch_with_what_came_meanwhile() -> None:
    late = LateFixes()
    late.add(batch(("a", 1)), us(60), NOON_US)
    drained = late.drain()
    late.add(batch(("a", 7), ("b", 7)), us(60, 60), NOON_US)

    late.put_back(drained)

    assert late.drain() == {
        "a": (NOON_US + SECOND_US, NOON_US + 7 * SECOND_US),
        "b": (NOON_US + 7 * SECOND_US, NOON_US + 7 * SECOND_US),
    }
