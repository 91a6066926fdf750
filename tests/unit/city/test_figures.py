"""Figures of a repetition, over repetitions, and paired on the same calls."""

import math

import pytest

from beaconfire.city.figures import WARM_UP_S, of_rep, over_reps, paired
from beaconfire.city.folder import City, CityCall, Site
from beaconfire.city.simulator import Response


def a_response(at_s: float, priority: int, seconds: float, losses: int = 0) -> Response:
    call = CityCall(1, 1, at_s, priority, Site(0, 0.0), 1.0, False, 0.0)
    return Response(call, seconds, 1, losses, 0, 0)


def test_the_first_day_is_not_counted(city: City) -> None:
    responses = [
        a_response(WARM_UP_S - 1, 1, 9_999.0),
        a_response(WARM_UP_S, 1, 200.0, losses=2),
        a_response(WARM_UP_S + 5, 1, 500.0),
        a_response(WARM_UP_S + 9, 3, 500.0),
    ]

    found = of_rep(responses, city.parameters)

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
