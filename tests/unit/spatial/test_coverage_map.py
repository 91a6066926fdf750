"""Coverage drawn: every cell lies in exactly one shape, that of whoever is there first."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_spatial.coverage_map import NOBODY, cover_areas, joined

WITHIN_S = 480.0
SECONDS = st.one_of(st.integers(0, 1_000), st.just(np.inf))


def a_row_of_cells(count: int) -> list[shapely.Polygon]:
    return [shapely.box(nth, 0, nth + 1, 1) for nth in range(count)]


@given(st.data(), st.integers(0, 4), st.integers(1, 8))
def test_each_cell_lies_in_the_shape_of_whoever_is_there_first(
    data: st.DataObject, stands: int, cells: int
) -> None:
    rows = [[data.draw(SECONDS) for _ in range(cells)] for _ in range(stands)]
    seconds = np.array(rows, dtype=float).reshape(stands, cells)
    shapes = a_row_of_cells(cells)

    found = cover_areas(seconds, shapes, np.ones(cells), within_s=WITHIN_S)

    assert sum(one.cells for one in found) == cells
    assert sum(one.share for one in found) == pytest.approx(1.0)
    for place, cell in enumerate(shapes):
        mine = [row for row in range(stands) if seconds[row, place] <= WITHIN_S]
        wanted = min(mine, key=lambda row: (seconds[row, place], row)) if mine else NOBODY
        assert [one.row for one in found if one.shape.contains(cell.centroid)] == [wanted]


def test_weights_count_and_not_cells() -> None:
    seconds = np.array([[100.0, 900.0]])

    near, gap = cover_areas(seconds, a_row_of_cells(2), np.array([3.0, 1.0]), within_s=WITHIN_S)

    assert (near.row, near.share, gap.row, gap.share) == (0, 0.75, NOBODY, 0.25)


def test_corners_that_turn_nowhere_are_left_out() -> None:
    whole = joined(np.array(a_row_of_cells(50), dtype=object))

    assert len(shapely.get_coordinates(whole)) == 5


def test_what_does_not_belong_together_is_refused() -> None:
    with pytest.raises(ValueError, match="one column"):
        cover_areas(np.zeros((1, 2)), a_row_of_cells(3), np.ones(3), within_s=WITHIN_S)
