"""The live engine agrees with the oracle on every graph, to the millisecond of each arc."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beaconfire.demo.city import load_city
from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_closures import Closure, slowing
from beaconfire_spatial.road_network import RoadNetwork
from beaconfire_spatial.routing_cch import LANES_MAX, CchTravelTimes, topology_of
from beaconfire_spatial.routing_scipy import ScipyTravelTimes
from beaconfire_testkit.roads import all_at_one_place, graph_of_chance, grid_of_roads


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 40), st.integers(1, 120))
def test_both_engines_say_the_same(seed: int, nodes: int, arcs: int) -> None:
    network = graph_of_chance(seed, nodes, arcs)
    points = [network.point(node) for node in range(min(nodes, 8))]

    live = CchTravelTimes(network).matrix(points, points, mode="lights")
    oracle = ScipyTravelTimes(network).matrix(points, points, mode="lights")

    assert np.array_equal(np.isfinite(live), np.isfinite(oracle))
    assert np.allclose(live, oracle, atol=0.05, equal_nan=True)


def test_the_leg_off_the_road_is_of_every_way_a_part() -> None:
    network = grid_of_roads(6)
    beside = LonLat(network.point(0).lon, network.point(0).lat - 0.001)
    points = [network.point(0), beside]

    for times in (CchTravelTimes(network), ScipyTravelTimes(network)):
        legs = times.off_road_s(points)
        [[on_road], [with_leg]] = times.matrix(points, [network.point(35)], mode="lights")

        assert legs[0] == pytest.approx(0.0, abs=1e-6)
        assert legs[1] == pytest.approx(27.8, abs=0.1)
        assert with_leg - on_road == pytest.approx(legs[1])
        assert times.off_road_s([]).shape == (0,)


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


def test_the_same_roads_are_ordered_once_and_what_is_closed_for_one_is_open_to_the_other() -> None:
    network, same = grid_of_roads(6), grid_of_roads(6)
    ends = network.point(0), network.point(35)
    geo, dispatch = CchTravelTimes(network), CchTravelTimes(same)
    shut = geo.under(np.full(network.arc_count, np.inf))

    usual = dispatch.route(*ends, mode="lights")

    assert topology_of(network) is topology_of(same)
    assert topology_of(network) is not topology_of(grid_of_roads(5))
    assert shut.route(*ends, mode="lights") is None
    assert usual is not None
    assert geo.route(*ends, mode="lights") == usual


def test_graphs_whose_arrays_join_to_the_same_bytes_are_two() -> None:
    few, many = all_at_one_place(nodes=2, arcs=3), all_at_one_place(nodes=3, arcs=2)

    kept = CchTravelTimes(few)
    other = CchTravelTimes(many)

    assert topology_of(few) is not topology_of(many)
    assert kept.route(few.point(0), few.point(0), mode="lights") is not None
    assert other.route(many.point(0), many.point(0), mode="lights") is not None


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


def test_threads_that_ask_at_once_get_what_each_would_get_alone() -> None:
    # A metric of pyroutingkit asked by two threads at once answers wrongly or crashes; ours may be.
    network = grid_of_roads(50)
    times = CchTravelTimes(network)
    chance = np.random.default_rng(2)
    asked = [
        [network.point(int(node)) for node in chance.integers(0, network.node_count, size)]
        for size in (60, 40, 80, 20, 50, 70)
    ]
    alone = [times.matrix(one, one, mode="lights") for one in asked]
    route = times.route(asked[0][0], asked[0][1], mode="lights")

    def ask(turn: int) -> bool:
        place = turn % len(asked)
        again = times.route(asked[0][0], asked[0][1], mode="lights")
        found = times.matrix(asked[place], asked[place], mode="lights")
        return again == route and np.array_equal(found, alone[place])

    with ThreadPoolExecutor(LANES_MAX + 3) as threads:
        assert all(threads.map(ask, range(90)))


def test_who_asks_beside_a_change_sees_all_of_the_old_roads_or_all_of_the_new() -> None:
    network = grid_of_roads(12)
    held = {"times": CchTravelTimes(network)}
    usual, slowed = np.ones(network.arc_count), np.full(network.arc_count, 2.0)
    corners = [network.point(0), network.point(143)]
    whole = {1: 440.0, 2: 880.0}
    seen: set[float] = set()
    ended = threading.Event()

    def ask() -> None:
        while not ended.is_set():
            seen.add(float(held["times"].matrix(corners, corners, mode="lights")[0, 1]))

    with ThreadPoolExecutor(2) as threads:
        asking = [threads.submit(ask) for _ in range(2)]
        for turn in range(100):
            held["times"] = held["times"].under(slowed if turn % 2 else usual)
        ended.set()
        assert all(one.result() is None for one in asking)

    assert seen <= set(whole.values())
    assert seen


def test_closing_a_part_of_auckland_takes_a_small_part_of_preparing_it() -> None:
    network = RoadNetwork.from_bytes(load_city("auckland").roads)
    began = time.thread_time()
    times = CchTravelTimes(network)
    prepared_s = time.thread_time() - began
    around = np.hypot(network.lon - 174.76, network.lat + 36.85) < 0.01
    corners = [(174.75, -36.86), (174.77, -36.86), (174.77, -36.84), (174.75, -36.84)]
    ring = tuple(LonLat(lon, lat) for lon, lat in [*corners, corners[0]])

    def seconds() -> float:
        began = time.thread_time()
        times.under(slowing(network, [Closure(ring, (), 0.0)]))
        return time.thread_time() - began

    assert around.sum() > 500
    assert min(seconds() for _ in range(5)) <= prepared_s / 10
