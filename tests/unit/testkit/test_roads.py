"""Made-up roads are what they say."""

import pytest

from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.routing_scipy import ScipyTravelTimes
from beaconfire_testkit.roads import SPACING_DEG, graph_of_chance, grid_of_roads


def test_across_a_grid_it_is_twenty_seconds_a_block() -> None:
    network = grid_of_roads(4)
    corner, opposite = network.point(0), network.point(15)

    [[seconds]] = ScipyTravelTimes(network).matrix([corner], [opposite], mode="lights")

    assert network.node_count == 16
    assert network.arc_count == 48
    assert seconds == pytest.approx(120, abs=1)
    assert network.label_near(LonLat(corner.lon + SPACING_DEG, corner.lat)) == "Street 0 / Avenue 1"


def test_a_graph_of_chance_repeats_by_its_seed() -> None:
    assert graph_of_chance(3, 20, 60).to_bytes() == graph_of_chance(3, 20, 60).to_bytes()
    assert graph_of_chance(3, 20, 60).to_bytes() != graph_of_chance(4, 20, 60).to_bytes()
