"""Which fixes can be: each row by itself, with its reason and the member that shows it."""

from datetime import timedelta

import numpy as np

from beaconfire_geo.domain.fixes import (
    AHEAD_MAX,
    BEHIND_MAX,
    Bounds,
    would_fit_swapped,
    wrong_fixes,
)
from beaconfire_platform.fix_batch import Fix, FixBatch, microseconds
from beaconfire_testkit.builders import NOON

LONDON = np.array([-0.5, 51.2, 0.3, 51.7])
AT = microseconds(NOON)
SECOND = timedelta(seconds=1)


def test_what_cannot_be_is_named_by_row_and_the_rest_is_left() -> None:
    fixes = FixBatch.of(
        [
            Fix("a", -0.1, 51.5, NOON),
            Fix("b", -0.1, 51.5, NOON + AHEAD_MAX + SECOND),
            Fix("c", -0.1, 51.5, NOON - BEHIND_MAX - SECOND),
            Fix("d", 0.0, 0.0, NOON),
            Fix("e", 51.5, -0.1, NOON),
            Fix("f", 2.3, 48.8, NOON),
        ]
    )

    found = sorted(
        (row, kind.code, member) for row, kind, member in wrong_fixes(fixes, Bounds(AT, AT, LONDON))
    )

    assert found == [
        (1, "ahead_of_clock", "observed_at"),
        (2, "too_old", "observed_at"),
        (3, "no_fix", "lon"),
        (4, "swapped_axes", "lon"),
    ]


def test_without_a_map_nobody_is_off_it() -> None:
    fixes = FixBatch.of([Fix("e", 51.5, -0.1, NOON)])

    assert list(wrong_fixes(fixes, Bounds(AT, AT, np.full(4, np.nan)))) == []


def test_numbers_that_are_only_a_latitude_and_a_longitude_are_swapped() -> None:
    assert would_fit_swapped(-36.9, 174.7)
    assert not would_fit_swapped(174.7, -36.9)
    assert not would_fit_swapped(181, 91)
