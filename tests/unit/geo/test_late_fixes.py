"""Which positions came late: against newer ones of their unit, and against now."""

from datetime import timedelta

import numpy as np

from beaconfire_geo.adapters.late_fixes import LateFixes
from beaconfire_geo.domain.late_crossings import Stretch
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


def north(fixes: FixBatch) -> np.ndarray:
    """Whether each lies where a zone is: unit `a` does."""
    return np.array([one == "a" for one in fixes.unit_ids])


def between(first: int, last: int, newest: int, *, is_near: bool) -> Stretch:
    """From and to so many seconds after noon, when the newest was so many."""
    from_us, to_us, newest_us = us(first, last, newest).tolist()
    return Stretch(from_us, to_us, newest_us, is_near)


def test_a_position_ten_seconds_behind_a_newer_one_of_its_unit_is_late() -> None:
    late = LateFixes()

    late.add(batch(("a", 9), ("b", 10), ("a", 3)), us(20, 20, 20), NOON_US, is_near=north)

    assert late.drain() == {"a": between(3, 9, 20, is_near=True)}
    assert late.drain() == {}


def test_an_old_position_is_late_though_its_newer_ones_went_elsewhere() -> None:
    late = LateFixes()

    late.add(batch(("a", 0), ("b", 5)), us(0, 5), NOON_US + 11 * SECOND_US, is_near=north)

    assert late.drain().keys() == {"a"}


def test_what_could_not_be_written_is_one_stretch_with_what_came_meanwhile() -> None:
    late = LateFixes()
    late.add(batch(("a", 1)), us(60), NOON_US, is_near=north)
    drained = late.drain()
    late.add(batch(("a", 7), ("b", 7)), us(60, 60), NOON_US, is_near=north)

    late.put_back(drained)

    assert late.drain() == {
        "a": between(1, 7, 60, is_near=True),
        "b": between(7, 7, 60, is_near=False),
    }
