"""Figures of a repetition, over repetitions, and paired on the same calls."""

import math

import pytest

from beaconfire.city.figures import (
    DAY_S,
    WARM_UP_S,
    counted_from_s,
    gini,
    of_rep,
    over_reps,
    paired,
)
from beaconfire.city.folder import City, CityCall, Site
from beaconfire.city.simulator import Books, Response


def a_call(at_s: float, priority: int, node: int = 0) -> CityCall:
    return CityCall(1, 1, at_s, priority, Site(node, 0.0), 1.0, False, 0.0)


def a_response(
    at_s: float, priority: int, seconds: float, losses: int = 0, node: int = 0
) -> Response:
    return Response(a_call(at_s, priority, node), seconds, 1, losses, 0, 0)


def books() -> Books:
    return Books(WARM_UP_S, [3_600.0, 3_600.0], 12.0, 4)


def test_the_first_day_is_not_counted(city: City) -> None:
    responses = [
        a_response(WARM_UP_S - 1, 1, 9_999.0),
        a_response(WARM_UP_S, 1, 200.0, losses=2),
        a_response(WARM_UP_S + 5, 1, 500.0),
        a_response(WARM_UP_S + 9, 3, 500.0),
    ]

    found = of_rep(responses, city.parameters, books(), {0: 0})

    assert found["mean_s"] == 400.0
    assert found["on_time_pct"] == pytest.approx(200 / 3)
    assert found["high_within_8min_pct"] == 50.0
    assert (found["high_mean_s"], found["low_mean_s"]) == (350.0, 500.0)
    assert found["lost_twice_pct"] == pytest.approx(100 / 3)
    assert "medium_mean_s" not in found


def test_an_interval_is_student_s(city: City) -> None:
    del city
    figure = over_reps([{"x": 1.0}, {"x": 2.0}, {"x": 3.0}])["x"]

    assert figure.mean == 2.0
    assert figure.half == pytest.approx(4.302653 / math.sqrt(3), rel=1e-5)
    assert math.isnan(over_reps([{"x": 1.0}])["x"].half)


def test_pairs_are_of_the_same_repetition() -> None:
    less = paired([{"x": 5.0}, {"x": 9.0}], [{"x": 4.0}, {"x": 8.0}])["x"]

    assert (less.mean, less.half) == (1.0, 0.0)


def test_a_repetition_of_less_than_two_days_loses_its_first_half() -> None:
    assert counted_from_s([a_call(3 * DAY_S + 5, 1), a_call(9 * DAY_S, 1)]) == 4 * DAY_S
    assert counted_from_s([a_call(0.0, 1), a_call(7_200.0, 1)]) == 3_600.0


def test_the_area_that_waits_longest_is_named_unless_it_is_too_small(city: City) -> None:
    near = [a_response(WARM_UP_S + at, 3, 100.0, node=0) for at in range(40)]
    far = [a_response(WARM_UP_S + at, 3, 900.0, node=1) for at in range(40)]

    def worst(responses: list[Response]) -> float:
        areas = {0: 0, 1: 1}
        return of_rep(responses, city.parameters, books(), areas)["worst_area_p90_s"]

    assert worst([*near, *far]) == 900.0
    assert worst([*near, *far[:2]]) == 100.0


def test_what_is_driven_and_moved_is_told_by_the_day(city: City) -> None:
    two_days = [a_response(WARM_UP_S, 3, 1.0), a_response(WARM_UP_S + 2 * DAY_S, 3, 1.0)]

    found = of_rep(two_days, city.parameters, books(), {0: 0})

    assert (found["empty_km_per_day"], found["moves_per_day"]) == (6.0, 2.0)
    assert "high_within_8min_pct" not in found


def test_gini_is_nought_for_the_same_work_and_grows_with_its_spread() -> None:
    assert gini([2.0, 2.0, 2.0]) == pytest.approx(0.0)
    assert gini([0.0, 0.0, 0.0, 8.0]) == pytest.approx(0.75)
    assert gini([0.0, 0.0]) == 0.0


def test_a_figure_that_one_repetition_lacks_is_of_the_others() -> None:
    assert over_reps([{"x": 1.0, "y": 3.0}, {"x": 2.0}])["y"].mean == 3.0
    assert set(paired([{"x": 1.0, "y": 3.0}], [{"x": 2.0}])) == {"x"}
