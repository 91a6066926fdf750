"""Coverage: who reaches what within the target, and what nobody reaches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_spatial.coverage import ANY, DemandCell, Stand, coverage
from beaconfire_spatial.geometry import LonLat

AT = LonLat(174.76, -36.85)
WITHIN_S = 480.0
SECONDS = st.one_of(st.floats(0, 2_000), st.just(np.inf))


@st.composite
def towns(draw: st.DrawFn) -> tuple[np.ndarray, list[Stand], list[DemandCell]]:
    """Stands and cells with seconds between them, some of them infinite."""
    capabilities = st.frozensets(st.sampled_from(["als", "bls", "ladder"]))
    stands = [Stand(f"u{n}", AT, draw(capabilities)) for n in range(draw(st.integers(0, 4)))]
    cells = [
        DemandCell(f"c{n}", draw(st.sampled_from(["north", "south"])), draw(st.floats(0, 9)))
        for n in range(draw(st.integers(1, 6)))
    ]
    rows = [[draw(SECONDS) for _ in cells] for _ in stands]
    return np.array(rows, dtype=float).reshape(len(stands), len(cells)), stands, cells


@given(towns())
def test_what_is_counted_cell_by_cell_adds_up(
    town: tuple[np.ndarray, list[Stand], list[DemandCell]],
) -> None:
    seconds, stands, cells = town

    for found in coverage(seconds, stands=stands, cells=cells, within_s=WITHIN_S):
        able = [
            row
            for row, one in enumerate(stands)
            if found.capability == ANY or found.capability in one.capabilities
        ]
        near = {
            cell.code: [row for row in able if seconds[row, place] <= WITHIN_S]
            for place, cell in enumerate(cells)
        }
        missed = {code for area in found.areas for code in area.uncovered}
        whole = sum(cell.weight for cell in cells)
        covered = sum(cell.weight for cell in cells if near[cell.code])
        alone = sum(cell.weight for cell in cells if len(near[cell.code]) == 1)
        assert missed == {code for code, rows in near.items() if not rows}
        assert [one.name for one in found.stands] == [stands[row].name for row in able]
        assert sum(area.weight for area in found.areas) == pytest.approx(whole)
        if whole > 0:
            assert found.share == pytest.approx(covered / whole)
            assert sum(one.first_share for one in found.stands) == pytest.approx(covered / whole)
            assert sum(one.alone_share for one in found.stands) == pytest.approx(alone / whole)


def test_uncovered_cells_are_named_the_heaviest_first_area_by_area() -> None:
    cells = [
        DemandCell("c1", "south", 1),
        DemandCell("c2", "south", 5),
        DemandCell("c3", "north", 2),
        DemandCell("c4", "south", 2),
    ]

    (found,) = coverage(
        np.array([[900, 900, 900, 100]]), stands=[Stand("A1", AT)], cells=cells, within_s=WITHIN_S
    )

    north, south = found.areas
    assert (north.area, north.share, north.uncovered) == ("north", 0, ("c3",))
    assert (south.area, south.share, south.uncovered) == ("south", 0.25, ("c2", "c1"))


def test_without_any_unit_nothing_is_reached_and_without_demand_nothing_is_missed() -> None:
    empty = np.zeros((0, 1))

    (nobody,) = coverage(empty, stands=[], cells=[DemandCell("c1", "a", 2)], within_s=WITHIN_S)
    (nothing,) = coverage(empty, stands=[], cells=[DemandCell("c1", "a", 0)], within_s=WITHIN_S)

    assert (nobody.share, nobody.stands) == (0, ())
    assert nothing.share == 1


def test_seconds_that_do_not_fit_and_weights_below_zero_are_refused() -> None:
    cell = DemandCell("c1", "a", -1)

    with pytest.raises(ValueError, match=r"\(2, 1\) seconds for 1 stands, 1 cells"):
        coverage(np.zeros((2, 1)), stands=[Stand("A1", AT)], cells=[cell], within_s=WITHIN_S)
    with pytest.raises(ValueError, match="a weight is"):
        coverage(np.zeros((1, 1)), stands=[Stand("A1", AT)], cells=[cell], within_s=WITHIN_S)
