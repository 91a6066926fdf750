"""One search from a source answers for the whole map, with the engine's own seconds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.reach import Reach
from beaconfire_spatial.road_entries import OFF_ROAD_MPS
from beaconfire_spatial.routing_scipy import ScipyTravelTimes
from beaconfire_testkit.roads import graph_of_chance, grid_of_roads

PLACES = st.builds(LonLat, st.floats(174.58, 174.92), st.floats(-37.02, -36.68))


@given(st.integers(0, 50), st.lists(PLACES, min_size=1, max_size=3), st.lists(PLACES, min_size=1))
def test_its_seconds_are_those_of_the_exact_travel_times_as_far_as_the_time_goes(
    seed: int, sources: list[LonLat], targets: list[LonLat]
) -> None:
    network = graph_of_chance(seed, 60, 150)
    exact = ScipyTravelTimes(network).matrix(sources, targets, mode="regular")

    found = Reach(network).matrix(sources, targets, within_s=4_000, mode="regular")

    assert found == pytest.approx(np.where(exact <= 4_000, exact, np.inf))


def test_the_way_to_the_road_is_part_of_the_time() -> None:
    network = grid_of_roads(3)
    corner = network.point(0)
    beside = LonLat(corner.lon, corner.lat - 0.001)

    reached = Reach(network).from_point(beside, within_s=60, mode="lights")

    off_road_s = reached.snap.off_road_m / OFF_ROAD_MPS
    assert off_road_s == pytest.approx(27.8, abs=0.1)
    assert reached.seconds[0] == pytest.approx(off_road_s)
    assert np.isfinite(reached.seconds).sum() == 3, "itself and its two neighbours, 20 s further"


def test_nothing_is_reached_when_the_road_itself_is_too_far() -> None:
    far = LonLat(174.5, -36.9)

    reached = Reach(grid_of_roads(3)).from_point(far, within_s=600, mode="lights")

    assert not np.isfinite(reached.seconds).any()


def test_a_closed_road_is_not_driven_and_a_slowed_one_takes_longer() -> None:
    network = grid_of_roads(3)
    factors = np.ones(network.arc_count)
    factors[(network.tail == 0) & (network.head == 1)] = np.inf
    factors[(network.tail == 0) & (network.head == 3)] = 2

    reached = Reach(network, factors).from_point(network.point(0), within_s=120, mode="lights")

    assert reached.seconds[[3, 4, 1]] == pytest.approx([40, 60, 80])
