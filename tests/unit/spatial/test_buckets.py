"""Buckets: two circles that overlap share a bucket, and a small circle touches four at most."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from beaconfire_spatial.buckets import BUCKETS_MAX, buckets_of
from beaconfire_spatial.geometry import LonLat, distance_m

POINTS = st.builds(LonLat, st.floats(-180, 180), st.floats(-80, 80))


@given(POINTS, st.floats(0, 1_000))
def test_a_circle_of_a_kilometre_touches_four_buckets_at_most(point: LonLat, radius: float) -> None:
    found = buckets_of(point, radius)

    assert found is not None
    assert 1 <= len(found) <= BUCKETS_MAX
    assert list(found) == sorted(found)


@given(POINTS, st.floats(-0.01, 0.01), st.floats(-0.01, 0.01), st.floats(50, 900))
def test_two_circles_that_touch_the_same_place_share_a_bucket(
    point: LonLat, east: float, north: float, radius: float
) -> None:
    lon = (point.lon + east + 180) % 360 - 180
    other = LonLat(lon, point.lat + north)
    assume(distance_m(point, other) <= radius)

    one, two = buckets_of(point, radius), buckets_of(other, radius)

    assert one is not None
    assert two is not None
    assert set(one) & set(two)


@pytest.mark.parametrize("radius", [5_000, 100_000])
def test_a_wide_circle_has_no_buckets(radius: float) -> None:
    assert buckets_of(LonLat(174.7, -36.8), radius) is None
