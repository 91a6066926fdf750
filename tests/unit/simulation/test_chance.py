"""Chance is a pure function of names: replays repeat, and durations stay within limits."""

import statistics

from hypothesis import given
from hypothesis import strategies as st

from beaconfire.simulation.chance import draw, exponential_s


@given(st.lists(st.text(), max_size=4))
def test_a_draw_is_fixed_by_its_names_and_within_the_unit_interval(names: list[str]) -> None:
    assert draw(*names) == draw(*names)
    assert 0.0 <= draw(*names) <= 1.0


def test_a_draw_never_changes_between_releases() -> None:
    assert draw("a", "b") != draw("b", "a")
    assert round(draw("seed"), 12) == round(draw("seed"), 12)


def test_many_draws_are_spread_evenly() -> None:
    numbers = [draw("even", str(number)) for number in range(4_000)]

    assert abs(statistics.fmean(numbers) - 0.5) < 0.03
    assert sum(number < 0.1 for number in numbers) in range(320, 480)


@given(st.text(), st.floats(1, 5_000))
def test_a_duration_stays_within_its_limits(name: str, mean_s: float) -> None:
    assert 60 <= exponential_s(mean_s, name, least_s=60, most_s=2_700) <= 2_700


def test_durations_have_the_mean_that_was_asked_for() -> None:
    many = [
        exponential_s(720, "mean", str(number), least_s=0, most_s=100_000)
        for number in range(4_000)
    ]

    assert abs(statistics.fmean(many) - 720) < 50
