"""A unit on the road can be turned off at its next node, and no sooner."""

import pytest

from beaconfire.city.folder import City, Site
from beaconfire.city.trips import CityRoads, Spot

GOAL = Site(24, 0.2)


def test_a_trip_takes_the_way_off_the_road_the_road_and_the_way_off_it(roads: CityRoads) -> None:
    start = roads.leaving(Site(0, 0.1), "lights")

    trip = roads.trip("lights", 1_000.0, start, GOAL)

    road_s = float(roads.tables["lights"].way(0, 24).after_s[-1])
    assert (start.node, start.seconds) == (0, pytest.approx(9.0))
    assert trip.ends_s == pytest.approx(1_000.0 + 9.0 + road_s + 18.0, abs=0.01)


def test_the_nearer_the_end_the_less_is_left_from_the_next_node(roads: CityRoads) -> None:
    trip = roads.trip("lights", 0.0, roads.leaving(Site(0, 0.1), "lights"), GOAL)
    moments = [trip.ends_s * share / 40 for share in range(40)]
    off_s = roads.off_road_s(GOAL, "lights")

    left = [
        moment + float(roads.seconds([trip.spot(moment, off_s)], [GOAL], "lights")[0, 0])
        for moment in moments
        if moment <= trip.ends_s - off_s
    ]

    assert left == pytest.approx([trip.ends_s] * len(left), abs=0.02)


def test_who_is_past_the_last_node_comes_back_to_it(roads: CityRoads) -> None:
    trip = roads.trip("lights", 0.0, Spot(0, 0.0), GOAL)

    spot = trip.spot(trip.ends_s - 5.0, 18.0)

    assert (spot.node, spot.seconds) == (24, pytest.approx(13.0, abs=0.02))


def test_in_another_mode_the_piece_to_the_next_node_takes_longer(roads: CityRoads) -> None:
    trip = roads.trip("lights", 0.0, Spot(0, 0.0), GOAL)
    now_s = 30.0
    same, other = roads.as_in("lights", trip, now_s), roads.as_in("regular", trip, now_s)

    assert same.node == other.node
    assert other.seconds == pytest.approx(same.seconds * 1.4)


def test_the_nearest_hospital_is_the_soonest_reached(city: City, roads: CityRoads) -> None:
    assert roads.nearest_hospital(Site(0, 0.0)) == 0
    assert len(city.hospitals) == 1


def test_kilometres_are_counted_to_the_node_where_a_unit_may_turn_off(roads: CityRoads) -> None:
    trip = roads.trip("lights", 0.0, Spot(0, 5.0), GOAL)
    nodes = trip.way().nodes

    whole = float(roads.km_between(nodes[:-1], nodes[1:]).sum())
    assert roads.km_driven(trip, 4.0) == 0.0
    assert 0 < roads.km_driven(trip, 6.0) < whole
    assert roads.km_driven(trip, trip.ends_s) == pytest.approx(whole)
