"""The oracle itself: right on a grid whose answers a child can count."""

import pytest

from beaconfire_spatial.routing_scipy import SOURCES_AT_ONCE, ScipyTravelTimes
from beaconfire_testkit.roads import graph_of_chance, grid_of_roads


def test_blocks_of_twenty_seconds_add_up() -> None:
    network = grid_of_roads(5)
    times = ScipyTravelTimes(network)

    found = times.matrix([network.point(0)], [network.point(4), network.point(24)], mode="lights")

    assert found[0].tolist() == pytest.approx([80, 160])


def test_a_route_has_a_point_at_each_junction() -> None:
    network = grid_of_roads(4)

    route = ScipyTravelTimes(network).route(network.point(0), network.point(3), mode="regular")

    assert route is not None
    assert route.travel_time_s == pytest.approx(90)
    assert len(route.points) == 6  # four junctions and the two ends


def test_where_no_road_leads_there_is_no_route() -> None:
    network = graph_of_chance(3, 2, 1)
    times = ScipyTravelTimes(network)
    ends = [network.point(0), network.point(1)]

    assert None in [times.route(one, other, mode="lights") for one in ends for other in ends]


def test_many_sources_are_asked_a_few_at_a_time_and_none_is_lost() -> None:
    network = grid_of_roads(8)
    times = ScipyTravelTimes(network)
    points = [network.point(node) for node in range(network.node_count)]
    assert len(points) > SOURCES_AT_ONCE

    found = times.matrix(points, points, mode="lights")

    assert found.shape == (64, 64)
    assert found[-1].tolist() == times.matrix([points[-1]], points, mode="lights")[0].tolist()
    assert times.matrix([], points, mode="lights").shape == (0, 64)
    assert times.matrix(points, [], mode="lights").shape == (64, 0)
