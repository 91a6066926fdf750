"""The flat map: metres as the globe has them nearby, and back again."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_spatial.geometry import LonLat, distance_m
from beaconfire_spatial.plane import Plane

MIDDLES = st.builds(LonLat, st.floats(-179, 179), st.floats(-60, 60))


@given(MIDDLES, st.floats(-0.1, 0.1), st.floats(-0.1, 0.1))
def test_metres_from_the_middle_are_those_of_the_globe(
    middle: LonLat, east: float, north: float
) -> None:
    there = LonLat(middle.lon + east, middle.lat + north)

    x, y = Plane(middle).metres(np.array([there.lon]), np.array([there.lat]))[0]

    assert np.hypot(x, y) == pytest.approx(distance_m(middle, there), rel=0.005, abs=0.01)


@given(MIDDLES, st.floats(-9_000, 9_000), st.floats(-9_000, 9_000))
def test_a_shape_comes_back_to_within_a_decimetre(middle: LonLat, x: float, y: float) -> None:
    plane = Plane(middle)

    at = plane.degrees(shapely.Point(x, y))

    assert plane.metres(*shapely.get_coordinates(at).T)[0] == pytest.approx([x, y], abs=0.1)
