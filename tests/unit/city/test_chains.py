"""What only cuts a road into pieces lies on a chain; every arc lies on exactly one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from beaconfire.city.chains import chains_of

ARCS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=24)


def test_a_street_of_three_pieces_is_one_chain_each_way() -> None:
    pairs = [(0, 1), (1, 2), (2, 3), (1, 0), (2, 1), (3, 2)]

    found = chains_of(4, np.array([a for a, _ in pairs]), np.array([b for _, b in pairs]))

    assert found.junctions == (0, 3)
    assert {one.nodes for one in found.chains} == {(0, 1, 2, 3), (3, 2, 1, 0)}


def test_a_ring_that_no_junction_is_on_has_one() -> None:
    found = chains_of(3, np.array([0, 1, 2]), np.array([1, 2, 0]))

    assert found.junctions == (0,)
    assert [one.nodes for one in found.chains] == [(0, 1, 2, 0)]


@given(ARCS)
def test_every_arc_lies_on_one_chain_between_junctions(pairs: list[tuple[int, int]]) -> None:
    tail, head = (np.array([one[at] for one in pairs]) for at in (0, 1))

    found = chains_of(8, tail, head)

    assert sorted(arc for one in found.chains for arc in one.arcs) == list(range(len(pairs)))
    for one in found.chains:
        assert {one.nodes[0], one.nodes[-1]} <= set(found.junctions)
        assert not set(one.nodes[1:-1]) & set(found.junctions)
        assert [(tail[arc], head[arc]) for arc in one.arcs] == list(
            zip(one.nodes, one.nodes[1:], strict=False)
        )
