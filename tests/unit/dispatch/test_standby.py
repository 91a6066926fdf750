"""The value of a cover, and the post at which one more unit is worth most."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_dispatch.domain.engine.standby import (
    CoverCurve,
    Move,
    best_move,
    best_post,
    curve,
    gain_of,
    value,
)


def curves_of(seconds: list[list[float]], rate: list[float]) -> CoverCurve:
    return CoverCurve(curve(np.array(seconds), 480.0), np.array(rate))


def test_who_is_reached_later_costs_more() -> None:
    prices = curve(np.array([60.0, 300.0, 480.0, 600.0, 3_600.0]), 480.0)

    assert list(prices) == sorted(prices)
    assert prices[2] - prices[1] > 3 * (prices[1] - prices[0])


def test_one_more_unit_stands_where_nobody_does() -> None:
    curves = curves_of([[60.0, 1_200.0], [1_200.0, 60.0]], [1.0, 1.0])

    assert best_post(curves, [0], range(2)) == 1
    assert best_post(curves, [1], range(2)) == 0


def test_more_calls_draw_a_second_unit_where_one_stands() -> None:
    curves = curves_of([[60.0, 1_200.0], [1_200.0, 60.0]], [50.0, 1.0])

    assert best_post(curves, [0], range(2)) == 0


@given(
    st.lists(
        st.lists(st.floats(0, 4_000), min_size=3, max_size=3), min_size=2, max_size=5
    ),
    st.lists(st.integers(0, 1), max_size=4),
)  # fmt: skip
def test_the_best_post_is_that_of_the_least_value(
    seconds: list[list[float]], standing: list[int]
) -> None:
    curves = curves_of(seconds, [1.0, 2.0, 0.5])

    best = best_post(curves, standing, range(len(seconds)))

    values = [value(curves, [*standing, post]) for post in range(len(seconds))]
    assert values[best] <= min(values) + 1e-6


def test_the_move_that_gains_most_is_named_with_its_gain_and_none_that_gains_too_little() -> None:
    curves = curves_of([[60.0, 1_200.0], [1_200.0, 60.0]], [1.0, 1.0])

    move = best_move(curves, [0, 0], range(2), 0.07)

    assert move == Move(0, 1, gain_of(curves, [0], 0, 1))
    assert move is not None
    assert 0.07 <= move.gain < 1
    assert best_move(curves, [0, 0], range(2), move.gain + 0.01) is None
    assert best_move(curves, [0, 1], range(2), 0.0001) is None
    assert best_move(curves, [], range(2), 0.07) is None


def test_where_nobody_calls_nothing_is_gained() -> None:
    assert gain_of(curves_of([[60.0], [600.0]], [0.0]), [], 0, 1) == 0.0
