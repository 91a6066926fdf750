"""A route's ends are where one asked, off the road included."""

import numpy as np
import pytest

from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_route import route_along
from beaconfire_testkit.roads import grid_of_roads


def test_the_walk_to_the_road_counts() -> None:
    network = grid_of_roads(3)
    door = LonLat(network.point(0).lon - 0.0005, network.point(0).lat)
    snaps = (network.snap(door), network.snap(network.point(1)))

    route = route_along(network, [0, 1], np.array([20.0]), (door, network.point(1)), snaps)

    assert route.travel_time_s == pytest.approx(20 + snaps[0].off_road_s)
    assert route.times_s[1] == pytest.approx(snaps[0].off_road_s)
    assert route.distance_m > 178
