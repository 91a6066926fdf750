"""Both kinds of times between junctions say the same, whatever is asked and forgotten."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from beaconfire.city.junction_times import AllPairs, AsAsked

COUNT = 8
PLACE = st.integers(0, COUNT - 1)
ENDS = st.tuples(PLACE, PLACE).filter(lambda one: one[0] != one[1])
ARCS = st.dictionaries(ENDS, st.integers(1, 60), min_size=1)
PLACES = st.lists(PLACE, min_size=1, max_size=6)


def graph_of(arcs: dict[tuple[int, int], int]) -> csr_matrix:
    rows, columns = zip(*arcs, strict=True)
    return csr_matrix((list(map(float, arcs.values())), (rows, columns)), shape=(COUNT, COUNT))


@settings(deadline=None)
@given(ARCS, st.lists(st.tuples(PLACES, PLACES), min_size=1, max_size=4))
def test_what_is_found_when_asked_is_what_the_table_says(
    arcs: dict[tuple[int, int], int], asked: list[tuple[list[int], list[int]]]
) -> None:
    table, found = AllPairs(graph_of(arcs)), AsAsked(graph_of(arcs))

    for starts, ends in asked:
        one = table.seconds(np.array(starts), np.array(ends))
        assert np.array_equal(found.seconds(np.array(starts), np.array(ends)), one)
        if np.isfinite(one[0, 0]):
            for way in (table.stops(starts[0], ends[0]), found.stops(starts[0], ends[0])):
                assert (way[0], way[-1]) == (starts[0], ends[0])
                steps = pairwise(way)
                assert sum(arcs[step] for step in steps) == one[0, 0]


def test_what_is_forgotten_is_found_again() -> None:
    ring = csr_matrix((np.ones(500), (np.arange(500), (np.arange(500) + 1) % 500)))
    found = AsAsked(ring, memory_bytes=1)
    every, few = np.arange(500), np.array([0, 7])

    for _ in range(2):
        assert found.seconds(every, every)[3, 2] == 499
        assert found.seconds(few, every)[1, 8] == 1
    assert found.stops(498, 1) == [498, 499, 0, 1]


@pytest.mark.parametrize("kind", [AllPairs, AsAsked])
def test_where_no_road_leads_there_is_no_time(kind: type[AllPairs | AsAsked]) -> None:
    times = kind(graph_of({(0, 1): 5}))

    assert np.isinf(times.seconds(np.array([1]), np.array([0])))
