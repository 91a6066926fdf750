"""The shifted degrees of Chinese maps: as others compute them, and back within a metre."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_spatial.china_offsets import (
    Degrees,
    bd09_of_wgs84,
    gcj02_of_wgs84,
    wgs84_of_bd09,
    wgs84_of_gcj02,
)
from beaconfire_spatial.geometry import LonLat, distance_m

TIANANMEN = np.array([116.404]), np.array([39.915])
ROUND_TRIP_M_MAX = 1.0
LONS = st.floats(73.5, 135.0)
LATS = st.floats(3.5, 53.5)


def apart_m(one: tuple[Degrees, Degrees], other: tuple[Degrees, Degrees]) -> float:
    """Metres between the first points of two."""
    return distance_m(
        LonLat(float(one[0][0]), float(one[1][0])), LonLat(float(other[0][0]), float(other[1][0]))
    )


@given(LONS, LATS)
def test_there_and_back_is_less_than_a_metre(lon: float, lat: float) -> None:
    at = np.array([lon]), np.array([lat])

    assert apart_m(wgs84_of_gcj02(*gcj02_of_wgs84(*at)), at) < ROUND_TRIP_M_MAX
    assert apart_m(wgs84_of_bd09(*bd09_of_wgs84(*at)), at) < ROUND_TRIP_M_MAX


@given(LONS, LATS)
def test_an_unconverted_map_is_hundreds_of_metres_off(lon: float, lat: float) -> None:
    at = np.array([lon]), np.array([lat])

    assert 10 < apart_m(gcj02_of_wgs84(*at), at) < 1_500
    assert 100 < apart_m(bd09_of_wgs84(*at), at) < 3_500


def test_tiananmen_is_drawn_where_others_draw_it() -> None:
    # the example values that coordtransform's README publishes
    assert np.ravel(gcj02_of_wgs84(*TIANANMEN)) == pytest.approx(
        [116.41024449916938, 39.91640428150164], abs=1e-12
    )
    assert np.ravel(bd09_of_wgs84(*TIANANMEN)) == pytest.approx(
        [116.41662724378733, 39.922699552216216], abs=1e-12
    )
