"""Geometry: distances as on the globe, polygons of others with limits and reasons."""

from typing import Any

import pytest

from beaconfire_spatial.geometry import (
    VERTICES_MAX,
    BadGeometry,
    LonLat,
    box_around,
    distance_m,
    polygon_from_geojson,
)

SQUARE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]

FAR = [[lon + 5.0, lat + 5.0] for lon, lat in SQUARE]


def test_a_degree_of_latitude_is_about_111_kilometres() -> None:
    assert distance_m(LonLat(174.7, -36.0), LonLat(174.7, -37.0)) == pytest.approx(
        111_195, rel=1e-4
    )


def test_the_antimeridian_is_no_wall() -> None:
    assert distance_m(LonLat(179.999, 0.0), LonLat(-179.999, 0.0)) == pytest.approx(222.4, rel=1e-3)


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, 91), (float("nan"), 0), (0, float("inf"))])
def test_a_point_off_the_globe_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(BadGeometry):
        LonLat(lon, lat)


def test_a_polygon_with_a_hole_is_read() -> None:
    hole = [[0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.4], [0.2, 0.2]]

    shape = polygon_from_geojson({"type": "Polygon", "coordinates": [SQUARE, hole]})

    assert shape.area == pytest.approx(0.96)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"type": "Point", "coordinates": [0, 0]}, "only Polygon"),
        ({"type": "Polygon", "coordinates": None}, "one ring"),
        ({"type": "Polygon", "coordinates": [SQUARE[:-1]]}, "ends where it begins"),
        ({"type": "Polygon", "coordinates": [SQUARE[:2]]}, "at least four"),
        ({"type": "Polygon", "coordinates": [[["0", 0]] * 4]}, "numbers"),
        ({"type": "Polygon", "coordinates": [[[True, 0]] * 4]}, "numbers"),
        ({"type": "Polygon", "coordinates": [[[0]] * 4]}, "longitude, latitude"),
        ({"type": "Polygon", "coordinates": [[[0, 0]] * 5]}, "empty"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]}, "empty"),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
            r"Self-intersection\[0.5 0.5\]",
        ),
        ({"type": "Polygon", "coordinates": [SQUARE, FAR]}, r"Hole lies outside shell\[5 5\]"),
        (
            {"type": "Polygon", "coordinates": [[[31, 121], [31, 122], [32, 122], [31, 121]]]},
            "no lon",
        ),
        ({"type": "MultiPolygon", "coordinates": []}, "missing"),
        ({"type": "Polygon", "coordinates": [[[0, 0]] * (VERTICES_MAX + 1)]}, "vertices"),
        ({"type": "Polygon", "coordinates": [SQUARE] * 101}, "rings"),
        (None, "only Polygon"),
    ],
)
def test_a_shape_that_cannot_be_is_refused_with_its_reason(value: Any, reason: str) -> None:
    with pytest.raises(BadGeometry, match=reason):
        polygon_from_geojson(value)


def test_the_box_around_a_circle_holds_it() -> None:
    west, south, east, north = box_around(LonLat(174.7, -36.8), 1_000).bounds

    assert distance_m(LonLat(174.7, -36.8), LonLat(174.7, north)) == pytest.approx(1_000, rel=1e-3)
    assert distance_m(LonLat(174.7, -36.8), LonLat(east, -36.8)) == pytest.approx(1_000, rel=1e-3)
    assert west < 174.7 < east
    assert south < -36.8 < north
