"""Hotspots: the published statistic, and as few false ones as are promised."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from beaconfire_spatial.hotspots import NEIGHBOURS_MAX, held_to_rate, hotspots, neighbours_within

SIDE = 6
STEP_DEG = 0.002
QUEEN_M = 300
"""Reaches the eight cells around (222 m along, 285 m across) and no further (357 m)."""
VALUES = [
    6, 5, 7, 2, 2, 5, 3, 0, 4, 5, 3, 3, 6, 3, 15, 14, 6, 2,
    5, 1, 13, 15, 3, 5, 5, 4, 6, 7, 7, 4, 4, 6, 2, 6, 4, 1,
]  # fmt: skip
OF_ESDA = [
    -1.0037, -0.786, -1.0278, -1.0278, -1.3906, -1.1471, -1.0278, 0.1821, 0.8065, 1.1188, -0.5464,
    -1.2696, -1.6324, 0.2862, 2.3676, 3.2002, 0.9106, -1.1487, -0.9069, 1.1188, 3.2002, 4.0327,
    1.6391, -0.5441, -0.786, -0.1301, 1.3269, 1.6391, 0.4943, -0.9069, -0.2868, -0.5441, -0.0605,
    0.0605, -0.3023, -0.717,
]  # fmt: skip
"""`esda.G_Local(VALUES, lat2W(6, 6, rook=False), star=True, transform="B").Zs` of esda 2.9.0."""


def square(side: int) -> tuple[np.ndarray, np.ndarray]:
    """Cells of 222 by 178 m around 36.9 south, row by row."""
    rows, columns = np.divmod(np.arange(side * side), side)
    return 174.7 + STEP_DEG * columns, -36.9 + STEP_DEG * rows


def test_its_scores_are_those_of_the_reference_library() -> None:
    neighbours = neighbours_within(*square(SIDE), QUEEN_M)

    found = hotspots(np.array(VALUES), neighbours)

    assert found.score == pytest.approx(OF_ESDA, abs=1e-4)


def test_a_planted_cluster_is_found_and_a_planted_gap_too() -> None:
    side = 20
    values = np.random.default_rng(3).poisson(20, side * side)
    rows, columns = np.divmod(np.arange(side * side), side)
    hot = (rows < 4) & (columns < 4)
    cold = (rows > 15) & (columns > 15)
    values[hot] += 25
    values[cold] //= 8

    found = hotspots(values, neighbours_within(*square(side), QUEEN_M))

    assert (found.verdict[hot] == 1).mean() > 0.9
    assert (found.verdict[cold] == -1).mean() > 0.9
    beside = ~(hot | cold)
    assert (found.verdict[beside] == 0).mean() > 0.9


def test_where_all_is_chance_hardly_any_map_shows_a_hotspot() -> None:
    chance = np.random.default_rng(11)
    neighbours = neighbours_within(*square(15), QUEEN_M)
    maps = 400

    shown = sum(
        bool(hotspots(chance.poisson(10, 225), neighbours).verdict.any()) for _ in range(maps)
    )
    by_each_cell_alone = sum(
        bool((hotspots(chance.poisson(10, 225), neighbours).p <= 0.05).any()) for _ in range(maps)
    )

    assert shown / maps <= 0.10, "5 % are promised for cells that know nothing of each other"
    assert by_each_cell_alone / maps > 0.9, "what the false discovery rate is for"


@given(st.lists(st.integers(0, 50), min_size=9, max_size=9), st.integers(1, 1_000))
def test_the_unit_of_the_values_says_nothing(values: list[int], factor: int) -> None:
    neighbours = neighbours_within(*square(3), 200)

    once = hotspots(np.array(values), neighbours)
    more = hotspots(np.array(values) * factor + 7, neighbours)

    assert once.score == pytest.approx(more.score, abs=1e-6)
    assert (once.adjusted_p >= once.p - 1e-12).all()


def test_where_all_cells_are_alike_none_is_hot() -> None:
    found = hotspots(np.full(9, 4), neighbours_within(*square(3), 200))

    assert not found.verdict.any()


def test_what_is_no_map_is_refused() -> None:
    neighbours = neighbours_within(*square(3), 200)
    crowd = NEIGHBOURS_MAX * 2

    with pytest.raises(ValueError, match="one finite value a cell"):
        hotspots(np.full(8, 1.0), neighbours)
    with pytest.raises(ValueError, match="one finite value a cell"):
        hotspots(np.full(9, np.nan), neighbours)
    with pytest.raises(ValueError, match="choose a shorter distance"):
        neighbours_within(np.full(crowd, 174.7), np.full(crowd, -36.9), 100)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_the_rate_is_held_as_the_reference_library_holds_it(p: list[float]) -> None:
    assert held_to_rate(np.array(p)) == pytest.approx(false_discovery_control(p, method="bh"))
