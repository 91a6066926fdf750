"""The live engine agrees with the oracle on every graph, to the millisecond of each arc."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beaconfire_spatial.routing_cch import CchTravelTimes
from beaconfire_spatial.routing_scipy import ScipyTravelTimes
from beaconfire_testkit.roads import graph_of_chance, grid_of_roads


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 40), st.integers(1, 120))
def test_both_engines_say_the_same(seed: int, nodes: int, arcs: int) -> None:
    network = graph_of_chance(seed, nodes, arcs)
    points = [network.point(node) for node in range(min(nodes, 8))]

    live = CchTravelTimes(network).matrix(points, points, mode="lights")
    oracle = ScipyTravelTimes(network).matrix(points, points, mode="lights")

    assert np.array_equal(np.isfinite(live), np.isfinite(oracle))
    assert np.allclose(live, oracle, atol=0.05, equal_nan=True)


def test_a_route_passes_its_points_in_the_times_it_says() -> None:
    network = grid_of_roads(6)
    source, target = network.point(0), network.point(35)

    route = CchTravelTimes(network).route(source, target, mode="lights")

    assert route is not None
    assert route.travel_time_s == pytest.approx(200, abs=0.1)
    assert len(route.points) == len(route.times_s)
    assert list(route.times_s) == sorted(route.times_s)
    assert route.points[0] == source
    assert route.points[-1] == target


def test_no_way_is_no_route() -> None:
    network = graph_of_chance(3, 2, 1)
    ends = [network.point(0), network.point(1)]
    times = CchTravelTimes(network)

    ways = [times.route(one, other, mode="lights") for one in ends for other in ends]

    assert None in ways


def test_from_a_place_to_itself_takes_no_time() -> None:
    network = grid_of_roads(3)

    route = CchTravelTimes(network).route(network.point(4), network.point(4), mode="lights")

    assert route is not None
    assert route.travel_time_s == pytest.approx(0, abs=1e-6)
