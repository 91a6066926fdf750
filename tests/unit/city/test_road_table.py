"""The table of all pairs says what Dijkstra says, and a way is one that is on the road."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from beaconfire.city import road_table
from beaconfire.city.folder import City
from beaconfire.city.road_table import RoadTable, TooManyJunctions

NODES = 9
ARC = st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.integers(1, 90))


def by_dijkstra(nodes: int, best: dict[tuple[int, int], float]) -> np.ndarray:
    kept = {pair: seconds for pair, seconds in best.items() if pair[0] != pair[1]}
    rows, columns = [a for a, _ in kept], [b for _, b in kept]
    return dijkstra(csr_matrix((list(kept.values()), (rows, columns)), shape=(nodes, nodes)))


def fastest(tail: list[int], head: list[int], seconds: list[float]) -> dict[tuple[int, int], float]:
    best: dict[tuple[int, int], float] = {}
    for start, end, one in zip(tail, head, seconds, strict=True):
        best[start, end] = min(best.get((start, end), math.inf), one)
    return best


@pytest.mark.parametrize("few_pairs", [road_table.FEW_PAIRS, 0])
@pytest.mark.parametrize("table_max", [road_table.TABLE_MAX, 0])
@settings(deadline=None)
@given(arcs=st.lists(ARC, min_size=2, max_size=26))
def test_the_table_says_what_dijkstra_says(
    table_max: int, few_pairs: int, arcs: list[tuple[int, int, int]]
) -> None:
    tail, head, seconds = (list(one) for one in zip(*arcs, strict=True))
    best = fastest(tail, head, [float(one) for one in seconds])
    table = RoadTable(
        NODES, np.array(tail), np.array(head), np.array(seconds, dtype=float), table_max
    )
    used = np.array(sorted({*tail, *head}))

    right = by_dijkstra(NODES, best)[np.ix_(used, used)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(road_table, "FEW_PAIRS", few_pairs)
        found = table.seconds(used, used)

    assert np.array_equal(np.isfinite(found), np.isfinite(right))
    assert np.allclose(found[np.isfinite(found)], right[np.isfinite(right)], atol=1e-3)
    for row, start in enumerate(used):
        for column, end in enumerate(used):
            if np.isfinite(right[row, column]):
                way = table.way(int(start), int(end))
                assert (way.nodes[0], way.nodes[-1]) == (start, end)
                assert way.after_s[-1] == pytest.approx(right[row, column], abs=1e-3)
                steps = zip(way.nodes.tolist(), way.nodes[1:].tolist(), strict=False)
                assert all(one in best for one in steps)


def test_what_is_larger_than_any_city_is_refused(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(road_table, "JUNCTIONS_MAX", 3)

    with pytest.raises(TooManyJunctions, match="junctions, 3 at most"):
        RoadTable(len(city.lon), city.tail, city.head, city.seconds["lights"])
