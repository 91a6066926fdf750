"""Many points join the road as each would alone, never where it is shut, and quickly."""

import time

import numpy as np
import pytest

from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_entries import OFF_ROAD_MPS
from beaconfire_testkit.roads import graph_of_chance, grid_of_roads


def _points(count: int, seed: int = 5) -> list[LonLat]:
    chance = np.random.default_rng(seed)
    lon, lat = chance.uniform(174.6, 174.9, count), chance.uniform(-37.0, -36.7, count)
    return [LonLat(float(east), float(north)) for east, north in zip(lon, lat, strict=True)]


def test_hundreds_at_once_join_where_each_is_nearest() -> None:
    network, points = graph_of_chance(3, 500, 900), _points(200)
    scale = float(np.cos(np.radians(network.lat.mean())))

    snaps = network.entries.snap(points)

    for place, point in enumerate(points):
        off = np.hypot((network.lon - point.lon) * scale, network.lat - point.lat)
        assert snaps.nodes[place] == int(off.argmin())
        assert network.snap(point) == snaps.one(place)


def test_the_way_off_the_road_takes_its_seconds() -> None:
    network = grid_of_roads(4)
    at = network.point(5)

    snaps = network.entries.snap([LonLat(at.lon, at.lat + 1e-4), at])

    assert snaps.off_road_m.tolist() == pytest.approx([11.12, 0], abs=0.01)
    assert snaps.off_road_s.tolist() == pytest.approx([11.12 / OFF_ROAD_MPS, 0], abs=0.01)


def test_nobody_joins_where_it_is_shut() -> None:
    network = grid_of_roads(4)
    shut = np.zeros(network.node_count, dtype=bool)
    shut[5] = True

    snaps = network.entries.without(shut).snap([network.point(5), network.point(6)])

    assert snaps.nodes.tolist()[0] in {1, 4, 6, 9}
    assert snaps.nodes[1] == 6


def test_where_all_is_shut_points_still_have_a_nearest_node() -> None:
    network = grid_of_roads(3)

    entries = network.entries.without(np.ones(network.node_count, dtype=bool))

    assert entries is network.entries


def test_many_at_once_are_many_times_faster_than_one_by_one() -> None:
    network, points = graph_of_chance(8, 20_000, 40_000), _points(1_000)

    def seconds(together: bool) -> float:
        began = time.thread_time()
        if together:
            network.entries.snap(points)
        else:
            for point in points:
                network.snap(point)
        return time.thread_time() - began

    assert min(seconds(True) for _ in range(3)) * 5 < min(seconds(False) for _ in range(3))
