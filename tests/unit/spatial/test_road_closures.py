"""Closures: what they touch, that the slowest holds, and that lifting leaves nothing behind."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_closures import (
    Closure,
    Stretch,
    arcs_closed,
    roads_under,
    shut_nodes,
    slowing,
)
from beaconfire_spatial.road_engine import road_times
from beaconfire_spatial.road_network import RoadNetwork
from beaconfire_spatial.routing_cch import CchTravelTimes
from beaconfire_spatial.routing_scipy import ScipyTravelTimes
from beaconfire_testkit.roads import SPACING_DEG, graph_of_chance, grid_of_roads

SHARES = st.sampled_from([0.0, 0.05, 0.4, 1.0])


def _box(west: float, south: float, east: float, north: float) -> tuple[LonLat, ...]:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return tuple(LonLat(lon, lat) for lon, lat in corners)


def _around(network: RoadNetwork, node: int, share: float = 0.0) -> Closure:
    at, half = network.point(node), SPACING_DEG / 4
    return Closure(_box(at.lon - half, at.lat - half, at.lon + half, at.lat + half), (), share)


def _along(network: RoadNetwork, tail: int, head: int, share: float = 0.0) -> Closure:
    return Closure((), (Stretch(network.point(tail), network.point(head)),), share)


def test_an_area_closes_what_lies_in_it_and_what_crosses_its_edge() -> None:
    network = grid_of_roads(5)

    closed = arcs_closed(network, _around(network, 12))

    ends = {(int(network.tail[arc]), int(network.head[arc])) for arc in closed}
    assert ends == {(12, to) for to in (7, 11, 13, 17)} | {(at, 12) for at in (7, 11, 13, 17)}


def test_a_road_that_only_passes_through_an_area_is_closed_too() -> None:
    network = grid_of_roads(3)
    one, other = network.point(0), network.point(1)
    middle = (one.lon + other.lon) / 2

    closed = arcs_closed(
        network, Closure(_box(middle - 1e-4, one.lat - 1e-4, middle + 1e-4, one.lat + 1e-4), (), 0)
    )

    assert sorted((int(network.tail[arc]), int(network.head[arc])) for arc in closed) == [
        (0, 1), (1, 0),
    ]  # fmt: skip


def test_a_stretch_is_one_direction() -> None:
    network = grid_of_roads(3)
    times = road_times(network)
    ends = [network.point(0), network.point(1)]

    closed = times.under(slowing(network, [_along(network, 0, 1)]))

    found = closed.matrix(ends, ends, mode="lights")
    assert found[0, 1] == pytest.approx(60)  # around the block
    assert found[1, 0] == pytest.approx(20)


def test_places_that_no_road_joins_close_nothing() -> None:
    network = grid_of_roads(3)
    nowhere = Stretch(LonLat(0, 0), LonLat(1, 1))

    found = slowing(network, [_along(network, 0, 8), Closure((), (nowhere,), 0.0)])

    assert (found == 1).all()


def test_where_closures_meet_the_slowest_holds() -> None:
    network = grid_of_roads(3)
    closures = [_along(network, 0, 1, 0.5), _along(network, 0, 1, 0.1), _along(network, 1, 2, 0.5)]

    factors = slowing(network, closures)

    assert sorted(set(factors.tolist())) == pytest.approx([1, 2, 10])
    assert math.inf in slowing(network, [*closures, _along(network, 0, 1)])


def test_whoever_is_inside_a_closed_area_joins_the_road_at_its_edge() -> None:
    network = grid_of_roads(5)
    inside, far = network.point(12), network.point(0)
    factors = slowing(network, [_around(network, 12)])

    [[seconds]] = road_times(network).under(factors).matrix([far], [inside], mode="lights")

    assert np.flatnonzero(shut_nodes(network, factors)).tolist() == [12]
    assert 60 < seconds < 150  # three blocks, and one on foot


def test_who_is_cut_off_is_not_reached_at_all() -> None:
    network = grid_of_roads(3)
    closures = [_along(network, 1, 0), _along(network, 3, 0)]
    times = road_times(network).under(slowing(network, closures))

    found = times.matrix([network.point(8)], [network.point(1)], mode="lights")
    island = [arc for arc in range(network.arc_count) if network.tail[arc] in (0, 1)]
    lonely = np.ones(network.arc_count)
    lonely[[arc for arc in island if network.head[arc] not in (0, 1)]] = math.inf
    cut = road_times(network).under(lonely)

    assert np.isfinite(found).all()
    assert np.isinf(cut.matrix([network.point(0)], [network.point(8)], mode="lights")).all()
    assert cut.route(network.point(0), network.point(8), mode="lights") is None


@pytest.mark.parametrize("share", [-0.1, 0.01, 1.01, math.nan, math.inf])
def test_a_share_of_the_speed_is_none_or_some(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        Closure((), (), share)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 30), st.integers(1, 100), SHARES, st.data())
def test_both_engines_say_the_same_under_closures_and_after(
    seed: int, nodes: int, arcs: int, share: float, data: st.DataObject
) -> None:
    network = graph_of_chance(seed, nodes, arcs)
    chosen = data.draw(st.lists(st.integers(0, arcs - 1), max_size=8))
    west, south = data.draw(st.tuples(st.floats(174.6, 174.9), st.floats(-37.0, -36.7)))
    closures = [
        *(_along(network, int(network.tail[arc]), int(network.head[arc])) for arc in chosen),
        Closure(_box(west, south, west + 0.05, south + 0.05), (), share),
    ]
    factors = slowing(network, closures)
    points = [network.point(node) for node in range(min(nodes, 8))]
    live, oracle = CchTravelTimes(network), ScipyTravelTimes(network)
    before = live.matrix(points, points, mode="lights")

    closed = live.under(factors)

    for mode in ("lights", "regular"):
        found = closed.matrix(points, points, mode=mode)
        right = oracle.under(factors).matrix(points, points, mode=mode)
        assert np.array_equal(np.isfinite(found), np.isfinite(right))
        assert np.allclose(found, right, atol=0.1)
    lifted = closed.under(np.ones(arcs)).matrix(points, points, mode="lights")
    assert np.array_equal(lifted, before)
    assert np.array_equal(live.matrix(points, points, mode="lights"), before)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.data())
def test_each_road_is_drawn_once_with_what_is_left_of_its_slowest_direction(
    seed: int, data: st.DataObject
) -> None:
    network = graph_of_chance(seed, nodes=12, arcs=40)
    shares = data.draw(st.lists(SHARES, min_size=1, max_size=4))
    nodes = [data.draw(st.integers(0, network.node_count - 1)) for _ in shares]
    closures = [_around(network, node, share) for node, share in zip(nodes, shares, strict=True)]
    factors = slowing(network, closures)

    drawn, number = roads_under(network, factors, network.arc_count)

    slowest: dict[frozenset[LonLat], float] = {}
    for arc in np.flatnonzero(factors > 1).tolist():
        ends = frozenset((network.point(network.tail[arc]), network.point(network.head[arc])))
        slowest[ends] = min(slowest.get(ends, 1.0), 1 / factors[arc])
    assert {frozenset((one.one, one.other)): one.speed_share for one in drawn} == pytest.approx(
        slowest
    )
    assert number == len(drawn)
    assert roads_under(network, factors, 1) == (drawn[:1], number)
