"""Areas lie within their parents' bounds; what would lie there swapped is said to be swapped."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from beaconfire_geo.domain.fit import OutsideParent, SwappedAxes, misplaced
from beaconfire_geo.domain.layers import DraftArea, in_order


def draft(code: str, parent: str | None, shape: BaseGeometry | None) -> DraftArea:
    """An area of a shape."""
    return DraftArea(code, "level", parent, "区", "Area", shape)


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


def test_what_has_no_shape_lies_nowhere_wrong() -> None:
    shapeless, below = draft("rio", None, None), draft("c", "rio", shapely.Point(10, 50))

    assert not list(misplaced([shapeless, below], [shapeless, below], in_order([RIO])))
