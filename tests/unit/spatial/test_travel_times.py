"""Straight lines: only a fallback, and marked as such."""

import pytest

from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.travel_times import CLASS_SPEED_MPS, DETOUR, StraightLine

HERE, THERE = LonLat(174.7, -36.8), LonLat(174.7, -36.81)


def test_a_straight_line_costs_its_detour_at_a_class_speed() -> None:
    seconds = StraightLine().matrix([HERE], [THERE], mode="lights")

    assert seconds[0][0] == pytest.approx(1111.95 * DETOUR / CLASS_SPEED_MPS["lights"], rel=1e-3)
    assert StraightLine().method == "straight_line"


def test_its_route_is_the_line() -> None:
    route = StraightLine().route(HERE, THERE, mode="regular")

    assert route is not None
    assert route.points == (HERE, THERE)
    assert route.times_s[-1] == route.travel_time_s
