"""Coordinate systems by name; what cannot be of the system that is named is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from beaconfire_spatial.coordinates import UnknownSystem, WrongSystem, coordinate_system
from beaconfire_spatial.geometry import LonLat, distance_m

INTO = {
    f"EPSG:{number}": Transformer.from_crs(4326, number, always_xy=True)
    for number in (4490, 3857, 4547, 32650)
}


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("EPSG:4326", "EPSG:4326"), ("WGS 84", "EPSG:4326"), ("wgs84", "EPSG:4326"),
        ("WGS-84", "EPSG:4326"), ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        ("urn:ogc:def:crs:EPSG::4490", "EPSG:4490"), ("CGCS2000", "EPSG:4490"),
        ("cgcs 2000", "EPSG:4490"), ("GCJ-02", "GCJ-02"), ("gcj02", "GCJ-02"), ("BD-09", "BD-09"),
        ("EPSG:2193", "EPSG:2193"), ("epsg:32723", "EPSG:32723"),
    ],
)  # fmt: skip
def test_a_system_is_known_by_the_names_that_people_write(said: str, name: str) -> None:
    assert coordinate_system(said).name == name


@pytest.mark.parametrize(
    "said",
    ["", "the usual one", "EPSG:", "EPSG:999999", "EPSG:4979", "EPSG:4978", "4326", "x" * 999],
)
def test_what_names_no_system_of_a_map_is_refused(said: str) -> None:
    with pytest.raises(UnknownSystem):
        coordinate_system(said)


@given(
    st.sampled_from(sorted(INTO)),
    st.floats(113.0, 115.0),
    st.floats(22.0, 40.0),
)
def test_whatever_projection_it_comes_in_it_comes_back_within_a_metre(
    name: str, lon: float, lat: float
) -> None:
    xs, ys = INTO[name].transform([lon], [lat])

    lons, lats = coordinate_system(name).to_wgs84(np.array(xs), np.array(ys))

    assert distance_m(LonLat(lon, lat), LonLat(float(lons[0]), float(lats[0]))) < 1.0


@pytest.mark.parametrize(
    ("name", "x", "y"),
    [
        ("GCJ-02", 174.7, -36.9), ("BD-09", -43.2, -22.9), ("EPSG:4490", 2.3, 48.9),
        ("EPSG:2193", 174.7, -36.9), ("EPSG:3857", 174.7, -36.9), ("GCJ-02", 500_000.0, 4e6),
        ("EPSG:32723", 9e9, 9e9), ("EPSG:2193", -500_000.0, 0.0),
    ],
)  # fmt: skip
def test_coordinates_of_another_system_are_refused(name: str, x: float, y: float) -> None:
    with pytest.raises(WrongSystem, match=name):
        coordinate_system(name).to_wgs84(np.array([x]), np.array([y]))


def test_a_system_made_for_both_sides_of_the_antimeridian_takes_both() -> None:
    fiji = coordinate_system("EPSG:3460")

    lons, _ = fiji.to_wgs84(np.array([2_000_000.0, 2_300_000.0]), np.array([4_000_000.0] * 2))

    assert lons[0] > 0 > lons[1]
