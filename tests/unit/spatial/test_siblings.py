"""Areas beside each other: what two claim, and what nobody does."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_spatial.siblings import gaps, overlaps

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
