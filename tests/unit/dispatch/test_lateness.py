"""The curve of lateness is the logistic one, in numbers that no machine's `exp` has a part in."""

import hashlib
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from beaconfire_dispatch.domain.engine.lateness import (
    LATENESS_SCALE_S,
    WHOLE,
    lateness,
    milliseconds,
)

MADE = "05fe6220d95bb6b0de4da2027d7cfbc5f6d0db8777492930e5c86c8c507133c0"
"""Of the curve at every millisecond from ten minutes before the limit to ten minutes after."""


@settings(deadline=None)
@given(st.integers(-10_000_000, 10_000_000))
def test_it_is_the_logistic_curve_within_three_millionths(late_ms: int) -> None:
    right = WHOLE / (1 + math.exp(-late_ms / 1_000 / LATENESS_SCALE_S)) if late_ms > -600_000 else 0

    assert abs(int(lateness(np.array(late_ms))) - right) <= 3


def test_later_is_never_cheaper_and_every_value_is_known() -> None:
    prices = lateness(np.arange(-600_000, 600_001))

    assert (np.diff(prices) >= 0).all()
    assert [int(prices[at]) for at in (0, 600_000, 1_200_000)] == [0, WHOLE // 2, WHOLE]
    assert hashlib.sha256(prices.astype("<i8").tobytes()).hexdigest() == MADE


def test_seconds_are_whole_milliseconds() -> None:
    assert milliseconds(np.array([0.0, 1.2345, 7_200.0])).tolist() == [0, 1_234, 7_200_000]
