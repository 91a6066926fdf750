"""Areas beside each other: what two claim, and what nobody does."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_spatial.siblings import NOISE_M2, gaps, ill_fitting, outside, overlaps

SQUARE = shapely.box(0, 0, 0.03, 0.01)
WEST, MIDDLE, EAST = (shapely.box(x, 0, x + 0.01, 0.01) for x in (0, 0.01, 0.02))
CELL_M2 = (0.01 * 111_195) ** 2


def test_cells_that_share_their_edges_leave_no_seam() -> None:
    cells = [WEST, MIDDLE, EAST]

    assert (overlaps(cells), gaps(cells, SQUARE), gaps(cells, None)) == ([], [], [])


@given(st.floats(0.001, 0.009))
def test_ground_claimed_twice_is_measured_and_pointed_at(wide: float) -> None:
    over = shapely.box(0.01 - wide, 0, 0.02, 0.01)

    [found] = overlaps([EAST, WEST, over])

    assert (found.one, found.other) == (1, 2)
    assert found.area_m2 == pytest.approx(CELL_M2 * wide / 0.01, rel=0.01)
    assert WEST.contains(shapely.Point(found.lon, found.lat))


def test_ground_of_the_parent_that_nobody_covers_is_a_gap() -> None:
    [found] = gaps([WEST, EAST], SQUARE)

    assert found.area_m2 == pytest.approx(CELL_M2, rel=0.01)
    assert MIDDLE.contains(shapely.Point(found.lon, found.lat))


def test_without_a_parents_shape_a_hole_among_the_siblings_is_a_gap() -> None:
    ring = [
        shapely.box(x, y, x + 0.01, y + 0.01)
        for x in (0, 0.01, 0.02)
        for y in (0, 0.01, 0.02)
        if (x, y) != (0.01, 0.01)
    ]

    assert len(gaps(ring, None)) == 1
    assert not gaps([WEST, EAST], None)


BOXES = st.lists(
    st.tuples(*(st.integers(0, 6) for _ in range(2)), *(st.integers(1, 4) for _ in range(2))),
    max_size=9,
)


@given(BOXES)
def test_no_overlap_hides_behind_those_that_fit(told: list[tuple[int, int, int, int]]) -> None:
    shapes = [shapely.box(x / 100, y / 100, (x + w) / 100, (y + h) / 100) for x, y, w, h in told]
    unit_m2 = 0.5 * CELL_M2
    wanted = {
        (one, other)
        for other in range(len(shapes))
        for one in range(other)
        if shapes[one].intersection(shapes[other]).area > 0.5e-4
    }

    found = overlaps(shapes)

    assert {(one.one, one.other) for one in found} == wanted
    assert all(one.area_m2 > unit_m2 > NOISE_M2 for one in found)


def test_areas_that_share_their_edges_fit_and_one_within_another_does_not() -> None:
    within = shapely.box(0.002, 0.002, 0.004, 0.004)

    assert not ill_fitting([WEST, MIDDLE, EAST]).any()
    assert ill_fitting([WEST, EAST, within])[[1, 2]].tolist() == [False, True]


def test_what_leaves_its_parent_is_told_with_its_share() -> None:
    l_shaped = shapely.union_all([WEST, shapely.box(0, 0, 0.03, 0.004)])
    notch, half, inside = (
        shapely.box(0.02, 0.006, 0.03, 0.01),
        MIDDLE,
        shapely.box(0, 0, 0.01, 0.004),
    )

    found = outside([notch, half, inside], [l_shaped] * 3)

    assert [(one.one, one.share) for one in found] == [(1, 0.6), (0, 1.0)]
    assert found[0].area_m2 == pytest.approx(0.6 * CELL_M2, rel=0.01)
    assert notch.contains(shapely.Point(found[1].lon, found[1].lat))


def test_ground_is_dissolved_the_same_where_it_is_known_to_fit() -> None:
    for cells in ([WEST, EAST], []):
        assert gaps(cells, SQUARE) == gaps(cells, SQUARE, fit=True)
