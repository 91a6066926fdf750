"""Areas lie within their parents' bounds or near the grid; what is swapped is said to be."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from beaconfire_contracts.refusals import Invalid
from beaconfire_geo.domain.fit import (
    NEAR_M,
    OutsideGrid,
    OutsideParent,
    SwappedAxes,
    misplaced,
    refuse_far,
)
from beaconfire_geo.domain.layers import DraftArea, in_order
from beaconfire_spatial.geometry import metres_per_degree


def draft(code: str, parent: str | None, shape: BaseGeometry | None) -> DraftArea:
    """An area of a shape."""
    return DraftArea(code, "level", parent, "区", "Area", shape)


GROUND = np.array([-43.8, -23.1, -43.1, -22.7])
RIO = draft("rio", None, shapely.box(-43.8, -23.1, -43.1, -22.7))


@given(st.floats(-43.8, -43.2), st.floats(-23.1, -22.8))
def test_whatever_lies_inside_fits_and_its_swapped_twin_is_found(lon: float, lat: float) -> None:
    inside = draft("c", "rio", shapely.box(lon, lat, lon + 0.1, lat + 0.1))
    swapped = draft("c", "rio", shapely.box(lat, lon, lat + 0.1, lon + 0.1))

    assert not list(misplaced([RIO, inside], [RIO, inside], []))
    [wrong] = misplaced([RIO, swapped], [RIO, swapped], [])

    assert type(wrong) is SwappedAxes
    assert (wrong.pointer, wrong.fields["area"]) == ("/features/1/geometry", "c")


def test_what_lies_elsewhere_is_outside_its_parent() -> None:
    elsewhere = draft("c", "rio", shapely.box(10, 50, 11, 51))

    [wrong] = misplaced([elsewhere], [elsewhere, RIO], [])

    assert type(wrong) is OutsideParent


def test_a_whole_map_with_its_axes_swapped_is_known_by_the_map_in_force() -> None:
    turned = draft("rio", None, shapely.box(-23.1, -43.8, -22.7, -43.1))
    moved = draft("rio", None, shapely.box(10, 50, 11, 51))

    [wrong] = misplaced([turned], [turned], in_order([RIO]))

    assert type(wrong) is SwappedAxes
    assert not list(misplaced([moved], [moved], in_order([RIO])))
    assert not list(misplaced([turned], [turned], []))


def test_a_first_map_of_points_is_held_against_the_grid_row_by_row() -> None:
    grid = np.array([9.9, 49.9, 10.1, 50.1])
    right, wrong = (draft(code, None, shapely.Point(*at)) for code, at in
                    (("s1", (10.01, 50.01)), ("s2", (50.01, 10.01))))  # fmt: skip
    far = draft("s3", None, shapely.Point(90, 20))
    rows = [right, wrong, far]

    [found] = misplaced(rows, rows, [], grid)

    assert type(found) is SwappedAxes
    assert (found.pointer, found.fields["area"]) == ("/features/1/geometry", "s2")
    assert not list(misplaced(rows, rows, []))


AUCKLAND = np.array([174.4, -37.1, 175.0, -36.6])


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(
    ("at", "wrong"),
    [
        ((174.76, -36.85), None), ((175.28, -37.2), None), ((174.76, 36.85), OutsideGrid),
        ((168.76, -36.85), OutsideGrid), ((0, 0), OutsideGrid), ((13.4, 52.5), OutsideGrid),
    ],
)  # fmt: skip
def test_a_top_on_the_ground_lies_near_the_grid_on_every_map(
    at: tuple[float, float], wrong: type | None, *, is_first: bool
) -> None:
    before = [] if is_first else in_order([draft("s0", None, shapely.Point(*at))])
    rows = [draft("s1", None, shapely.Point(*at))]

    found = list(misplaced(rows, rows, before, AUCKLAND, {"level"}))

    assert [type(one) for one in found] == [wrong] * (wrong is not None)
    assert not list(misplaced(rows, rows, before, AUCKLAND, {"other"})), "it makes the ground"
    assert not list(misplaced(rows, rows, before, on_ground={"level"})), "there is no grid yet"


@given(st.floats(-85, 85), st.floats(-179, 179), st.sampled_from([1, -1]))
def test_near_is_so_many_metres_at_every_latitude_and_over_the_antimeridian(
    lat: float, lon: float, side: int
) -> None:
    grid = np.array([lon, lat, lon, lat])
    per_lon, per_lat = metres_per_degree(lat)

    def found(metres: float) -> int:
        east = (lon + side * metres / per_lon + 540) % 360 - 180
        north = lat + side * metres / per_lat
        rows = [draft("e", None, shapely.Point(east, lat)),
                draft("n", None, shapely.Point(lon, north))]  # fmt: skip
        return len(list(misplaced(rows, rows, [], grid, {"level"})))

    assert (found(NEAR_M - 10), found(NEAR_M + 10)) == (0, 2)


def test_swapped_axes_of_a_later_map_are_found_by_the_grid_though_its_own_map_was_wrong() -> None:
    swapped = draft("s1", None, shapely.Point(-36.85, 74.76))
    grid = np.array([74.4, -37.1, 75.0, -36.6])

    [found] = misplaced([swapped], [swapped], in_order([swapped]), grid, {"level"})

    assert type(found) is SwappedAxes


def test_what_has_no_shape_lies_nowhere_wrong() -> None:
    shapeless, below = draft("rio", None, None), draft("c", "rio", shapely.Point(10, 50))

    assert not list(misplaced([shapeless, below], [shapeless, below], in_order([RIO])))


def test_a_shape_near_the_grid_is_taken_and_before_there_is_one_any() -> None:
    refuse_far(np.array([-43.0, -22.7, -42.9, -22.6]), GROUND, "/area")
    refuse_far(np.array([10.0, 10.0, 10.1, 10.1]), np.full(4, np.nan), "/area")


@pytest.mark.parametrize(
    ("box", "kind"),
    [((10.0, 10.0, 10.1, 10.1), OutsideGrid), ((-22.9, -43.3, -22.8, -43.2), SwappedAxes)],
)
def test_a_shape_nowhere_near_the_grid_is_refused_at_its_place(
    box: tuple[float, ...], kind: type[Invalid]
) -> None:
    with pytest.raises(kind) as refused:
        refuse_far(np.array(box), GROUND, "/centre")

    assert refused.value.pointer == "/centre"
