"""The index of areas: every point has its area, a shared edge the lowest code."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_spatial.area_index import AreaIndex
from beaconfire_spatial.geometry import LonLat

GRID = [(f"c{row}{column}", shapely.box(column, row, column + 1, row + 1))
        for row in range(5) for column in range(5)]  # fmt: skip
INDEX = AreaIndex([code for code, _ in reversed(GRID)], [shape for _, shape in reversed(GRID)])
DEGREES = st.floats(-2, 7, allow_nan=False)


def test_a_point_inside_has_its_area() -> None:
    assert INDEX.find(LonLat(2.5, 3.5)) == "c32"


def test_a_point_on_a_shared_edge_belongs_to_the_lowest_code() -> None:
    assert INDEX.find(LonLat(1.0, 0.5)) == "c00"
    assert INDEX.find(LonLat(1.0, 1.0)) == "c00"


def test_outside_all_the_nearest_is_named_with_its_distance() -> None:
    assert INDEX.find(LonLat(-1.0, 0.5)) is None
    nearest = INDEX.nearest(LonLat(-1.0, 0.5))

    assert nearest is not None
    assert nearest.code == "c00"
    assert nearest.distance_m == pytest.approx(111_190, rel=1e-3)


def test_the_nearest_is_the_nearest_in_metres_not_in_degrees() -> None:
    """At 60 degrees north a degree of longitude is half as long as one of latitude."""
    east, north = shapely.box(25.03, 60.0, 25.04, 60.01), shapely.box(24.99, 60.02, 25.01, 60.03)
    index = AreaIndex(["east", "north"], [east, north])

    found = index.nearest(LonLat(25.0, 60.0))

    assert found is not None
    assert (found.code, round(found.distance_m, -1)) == ("east", 1670)
    assert index.within(LonLat(25.0, 60.0), 1_700.0) == ["east"]


def test_the_edge_of_a_slanting_area_is_as_far_as_it_is_in_metres() -> None:
    slanting = shapely.Polygon([(25.02, 60.0), (25.0, 60.02), (25.02, 60.02)])
    index = AreaIndex(["a"], [slanting])

    found = index.nearest(LonLat(25.0, 60.0))

    assert found is not None
    # legs of 1,112 and 2,224 m: the height on the edge between them
    assert found.distance_m == pytest.approx(995, abs=3)
    assert index.within(LonLat(25.0, 60.0), 1_000.0) == ["a"]


def test_an_empty_index_knows_nothing() -> None:
    empty = AreaIndex([], [])

    assert empty.find(LonLat(0, 0)) is None
    assert empty.nearest(LonLat(0, 0)) is None


def test_the_areas_that_a_circle_touches() -> None:
    assert INDEX.within(LonLat(1.0, 0.5), 1_000) == ["c00", "c01"]
    assert INDEX.within(LonLat(0.5, 0.5), 1_000) == ["c00"]


def test_a_code_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="once"):
        AreaIndex(["a", "a"], [GRID[0][1], GRID[1][1]])


@given(DEGREES, DEGREES)
def test_the_index_says_what_a_walk_over_all_areas_says(lon: float, lat: float) -> None:
    point = shapely.Point(lon, lat)
    holding = [code for code, shape in GRID if shape.intersects(point)]

    assert INDEX.find(LonLat(lon, lat)) == (min(holding) if holding else None)


def test_many_points_at_once_say_what_single_points_say() -> None:
    chance = np.random.default_rng(1)
    lons, lats = chance.uniform(-2, 7, 500), chance.uniform(-2, 7, 500)

    many = INDEX.find_many(lons, lats)

    assert many == [INDEX.find(LonLat(lon, lat)) for lon, lat in zip(lons, lats, strict=True)]


def test_the_point_inside_each_area_is_found_in_it() -> None:
    points = INDEX.points_inside()

    assert [INDEX.find(LonLat(*point)) for point in points.tolist()] == list(INDEX.codes)
    assert list(INDEX.codes) == [code for code, _ in GRID]
