"""A vehicle is on its road at every moment, and never goes backwards."""

import math
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire.simulation.itinerary import Leg, heading_deg, leg_of

BEGUN_AT = datetime(2026, 5, 1, 8, tzinfo=UTC)
STEPS = st.lists(
    st.tuples(st.floats(0.0, 0.01), st.floats(0.0, 0.01), st.floats(0.0, 120.0)),
    min_size=1,
    max_size=12,
)


def north_east(steps: list[tuple[float, float, float]]) -> Leg:
    """A leg on which both coordinates only grow, so that going back shows."""
    lons = accumulate((one[0] for one in steps), initial=174.0)
    lats = accumulate((one[1] for one in steps), initial=-37.0)
    times = accumulate((one[2] for one in steps), initial=0.0)
    return Leg(BEGUN_AT, tuple(zip(lons, lats, strict=True)), tuple(times))


@given(STEPS, st.lists(st.floats(-60, 2_000), min_size=2, max_size=20))
def test_a_later_moment_is_never_further_back(
    steps: list[tuple[float, float, float]], seconds: list[float]
) -> None:
    leg = north_east(steps)
    seen = [leg.at(BEGUN_AT + timedelta(seconds=one)) for one in sorted(seconds)]

    for (lon0, lat0, _), (lon1, lat1, _) in pairwise(seen):
        assert lon1 >= lon0 - 1e-9
        assert lat1 >= lat0 - 1e-9


@given(STEPS)
def test_it_begins_at_the_first_point_and_ends_at_the_last(
    steps: list[tuple[float, float, float]],
) -> None:
    leg = north_east(steps)

    assert leg.at(BEGUN_AT - timedelta(seconds=1))[:2] == leg.points[0]
    assert leg.at(leg.ends_at + timedelta(seconds=1))[:2] == leg.points[-1]


def test_half_the_time_is_half_the_way() -> None:
    leg = Leg(BEGUN_AT, ((174.0, -37.0), (174.2, -37.0)), (0.0, 100.0))

    lon, lat, heading = leg.at(BEGUN_AT + timedelta(seconds=50))
    assert (lon, lat, heading) == (pytest.approx(174.1), -37.0, 90.0)


def test_a_leg_of_one_point_stands_there() -> None:
    leg = Leg(BEGUN_AT, ((174.0, -37.0),), (0.0,))

    assert leg.at(BEGUN_AT + timedelta(hours=1)) == (174.0, -37.0, 0.0)
    assert leg.ends_at == BEGUN_AT


def test_a_leg_is_read_from_the_answer_of_the_api() -> None:
    route: dict[str, object] = {
        "geometry": {"type": "LineString", "coordinates": [[174.0, -37.0], [174.0, -36.9]]},
        "times_s": [0.0, 60.0],
    }

    leg = leg_of(route, BEGUN_AT)

    assert leg.points == ((174.0, -37.0), (174.0, -36.9))
    assert leg.ends_at == BEGUN_AT + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("east", "north", "heading"), [(0, 1, 0.0), (1, 0, 90.0), (0, -1, 180.0), (-1, 0, 270.0)]
)
def test_heading_is_clockwise_from_north(east: float, north: float, heading: float) -> None:
    assert heading_deg(((0.0, 0.0), (east * 1e-3, north * 1e-3))) == pytest.approx(heading)


@given(st.floats(-1e-3, 1e-3), st.floats(-1e-3, 1e-3))
def test_heading_is_what_the_api_takes(east: float, north: float) -> None:
    heading = heading_deg(((174.0, -37.0), (174.0 + east, -37.0 + north)))

    assert math.isfinite(heading)
    assert 0 <= heading < 360
