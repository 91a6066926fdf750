"""Building a graph: forbidden turns hold in every engine alike, and only what hangs together stays.

What the engines say is held against a search over arcs, which knows of turns and of no copies.
"""

import heapq
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beaconfire_spatial.road_building import DrawnRoads, connected, with_turns
from beaconfire_spatial.road_network import BadNetwork, RoadNetwork
from beaconfire_spatial.routing_cch import CchTravelTimes
from beaconfire_spatial.routing_scipy import ScipyTravelTimes

Turns = dict[int, frozenset[int]]


def _drawn(nodes: int, arcs: list[tuple[int, int, float]]) -> DrawnRoads:
    seconds = np.array([one[2] for one in arcs], dtype=np.float32)
    return DrawnRoads(
        lon=174.7 + 0.01 * np.arange(nodes),
        lat=-36.9 + 0.003 * (np.arange(nodes) % 3),
        enters=np.ones(nodes, dtype=np.uint8),
        label=np.full(nodes, -1, dtype=np.int32),
        tail=np.array([one[0] for one in arcs], dtype=np.int32),
        head=np.array([one[1] for one in arcs], dtype=np.int32),
        lights_s=seconds,
        regular_s=seconds * np.float32(1.5),
        length_m=seconds * np.float32(10),
    )


def _network(drawn: DrawnRoads) -> RoadNetwork:
    names = ("lon", "lat", "enters", "label", "tail", "head", "lights_s", "regular_s", "length_m")
    return RoadNetwork({name: getattr(drawn, name) for name in names}, [])


def _by_arcs(drawn: DrawnRoads, turns: Turns, source: int) -> dict[int, float]:
    """Seconds from a node to each other: a search whose states are the arcs that were driven."""
    leaving: dict[int, list[int]] = {}
    for arc in range(len(drawn.tail)):
        leaving.setdefault(int(drawn.tail[arc]), []).append(arc)
    heap = [(float(drawn.lights_s[arc]), arc) for arc in leaving.get(source, [])]
    heapq.heapify(heap)
    done: dict[int, float] = {}
    found = {source: 0.0}
    while heap:
        seconds, arc = heapq.heappop(heap)
        if arc in done:
            continue
        done[arc] = seconds
        node = int(drawn.head[arc])
        found[node] = min(seconds, found.get(node, math.inf))
        for onward in leaving.get(node, []):
            if onward not in turns.get(arc, frozenset()):
                heapq.heappush(heap, (seconds + float(drawn.lights_s[onward]), onward))
    return found


@st.composite
def _roads(draw: st.DrawFn) -> tuple[DrawnRoads, Turns]:
    nodes = draw(st.integers(3, 9))
    ends = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1), st.integers(1, 60))
    arcs = draw(st.lists(ends, min_size=4, max_size=25))
    drawn = _drawn(nodes, [(tail, head, float(seconds)) for tail, head, seconds in arcs])
    chosen = draw(st.lists(st.integers(0, len(arcs) - 1), max_size=5, unique=True))
    turns: Turns = {}
    for arc in chosen:
        onward = [other for other in range(len(arcs)) if arcs[other][0] == arcs[arc][1]]
        turns[arc] = frozenset(one for one in onward if draw(st.booleans()))
    return drawn, turns


@settings(max_examples=60, deadline=None)
@given(_roads())
def test_both_engines_keep_to_forbidden_turns_as_a_search_over_arcs_does(
    roads: tuple[DrawnRoads, Turns],
) -> None:
    drawn, turns = roads
    expanded = with_turns(drawn, turns)
    if not expanded.enters.any():
        return
    network = _network(expanded)
    nodes = np.flatnonzero(expanded.enters[: len(drawn.lon)]).tolist()
    points = [network.point(node) for node in nodes]
    closed = np.ones(network.arc_count)
    closed[::5] = math.inf
    # A closed arc is as none: whoever is asked may not be inside, so the way is asked by node.
    live, oracle = CchTravelTimes(network), ScipyTravelTimes(network)

    for engine in (live, oracle):
        found = engine.matrix(points, points, mode="lights")
        for row, source in enumerate(nodes):
            right = _by_arcs(drawn, turns, source)
            for column, target in enumerate(nodes):
                assert found[row, column] == pytest.approx(right.get(target, math.inf), abs=0.1)
    both = [one.under(closed).matrix(points, points, mode="regular") for one in (live, oracle)]
    assert np.array_equal(np.isfinite(both[0]), np.isfinite(both[1]))
    assert np.allclose(both[0], both[1], atol=0.1)


def test_a_forbidden_left_turn_sends_one_around_the_block() -> None:
    #  0 -> 1 -> 2 with 1 -> 3 forbidden from 0: one turns at 2, comes back and then may.
    drawn = _drawn(4, [(0, 1, 10), (1, 2, 10), (2, 1, 10), (1, 3, 10), (3, 0, 10)])

    expanded = with_turns(drawn, {0: frozenset({3})})
    network, left = connected(expanded)

    points = [network.point(0), network.point(3)]
    assert CchTravelTimes(network).matrix(points, points, mode="lights")[0, 1] == pytest.approx(40)
    assert (len(expanded.lon), left.nodes, left.arcs) == (5, 0, 0)
    assert network.snap(network.point(1)).node != 1  # nobody joins where copies stand


def test_only_what_is_reached_from_everywhere_stays_and_the_rest_is_counted() -> None:
    ring = [(0, 1, 5.0), (1, 2, 5.0), (2, 0, 5.0)]
    dead_ends = [(2, 3, 7.0), (4, 0, 7.0), (5, 6, 7.0)]

    network, left = connected(_drawn(7, ring + dead_ends))

    assert (network.node_count, network.arc_count) == (3, 3)
    assert (left.nodes, left.arcs, left.length_m) == (4, 3, 210.0)
    assert network.lon.tolist() == pytest.approx([174.7, 174.71, 174.72])


def test_roads_that_lead_nowhere_and_back_are_no_graph() -> None:
    with pytest.raises(BadNetwork):
        connected(_drawn(3, [(0, 1, 5.0), (1, 2, 5.0)]))
