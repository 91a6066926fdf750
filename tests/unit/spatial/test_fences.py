"""Fences: circles that are round on the ground, and distances that are true to a percent."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beaconfire_spatial.fences import Fence, circle_ring
from beaconfire_spatial.geometry import BadGeometry, LonLat, distance_m

MIDDLES = st.builds(LonLat, st.floats(-170, 170), st.floats(-70, 70))


@settings(deadline=None)
@given(MIDDLES, st.floats(10, 20_000))
def test_every_corner_of_a_circle_is_a_radius_away(middle: LonLat, radius_m: float) -> None:
    ring = circle_ring(middle, radius_m)

    assert ring[0] == ring[-1]
    for corner in ring:
        assert distance_m(middle, corner) == pytest.approx(radius_m, rel=0.02, abs=0.2)


@pytest.mark.parametrize("middle", [LonLat(179.999, 0), LonLat(-179.999, 10), LonLat(0, 84.9999)])
def test_a_circle_over_the_antimeridian_or_at_a_pole_is_refused(middle: LonLat) -> None:
    with pytest.raises(BadGeometry):
        circle_ring(middle, 5_000)


@settings(deadline=None)
@given(MIDDLES, st.floats(50, 5_000), st.floats(0, 2_000), st.floats(0, 360), st.floats(0, 3))
def test_how_far_outside_is_the_distance_less_radius_and_reach(
    middle: LonLat, radius_m: float, reach_m: float, bearing_deg: float, times: float
) -> None:
    fence = Fence(circle_ring(middle, radius_m), reach_m)
    per_lon = 111_195 * np.cos(np.radians(middle.lat))
    far_m = times * (radius_m + reach_m)
    lon = middle.lon + far_m * np.sin(np.radians(bearing_deg)) / per_lon
    lat = middle.lat + far_m * np.cos(np.radians(bearing_deg)) / 111_195
    true_m = distance_m(middle, LonLat(float(lon), float(lat)))

    [outside_m] = fence.outside_m(np.array([lon]), np.array([lat]))

    wanted = max(0.0, true_m - radius_m - reach_m)
    assert outside_m == pytest.approx(wanted, rel=0.03, abs=2 + 0.03 * (radius_m + reach_m))


@settings(deadline=None)
@given(MIDDLES, st.floats(50, 5_000), st.floats(0, 2_000))
def test_the_box_holds_all_that_the_fence_reaches(
    middle: LonLat, radius_m: float, reach_m: float
) -> None:
    fence = Fence(circle_ring(middle, radius_m), reach_m)
    west, south, east, north = fence.box(30.0)
    lons, lats = np.linspace(west - 0.05, east + 0.05, 41), np.linspace(south, north, 41)
    lons, lats = (one.ravel() for one in np.meshgrid(lons, lats))

    reached = fence.outside_m(lons, lats) <= 30.0

    assert (lons[reached] >= west).all()
    assert (lons[reached] <= east).all()
