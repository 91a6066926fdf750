"""From a file to the graph and its summary, turns and all."""

from pathlib import Path

import pytest

from beaconfire.roads.built import build_roads
from beaconfire.roads.refusals import RoadsRefused
from beaconfire.roads.road_speeds import load_speeds
from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_engine import road_times
from beaconfire_spatial.road_network import RoadNetwork
from beaconfire_testkit.osm import SPACING, Turn, Way, write, xml

ROAD = {"highway": "residential"}
BLOCK = [Way([11, 12], ROAD), Way([12, 13], ROAD), Way([12, 22], ROAD), Way([13, 23, 22], ROAD)]


def _quiet(_: str) -> None:
    """Nobody listens."""


def _at(node: int) -> LonLat:
    return LonLat(174.7 + SPACING * (node % 10), -36.9 + SPACING * (node // 10))


def test_a_forbidden_turn_leads_around_the_block(tmp_path: Path) -> None:
    free = build_roads(write(tmp_path, xml(BLOCK)), load_speeds(), _quiet)
    turn = Turn(1, 12, 3, {"restriction": "no_left_turn"})
    bound = build_roads(write(tmp_path, xml(BLOCK, [turn])), load_speeds(), _quiet)

    ways = [road_times(one.network).route(_at(11), _at(22), mode="lights") for one in (free, bound)]

    assert ways[0] is not None
    assert ways[1] is not None
    assert ways[1].travel_time_s > 1.5 * ways[0].travel_time_s
    assert bound.told is not None
    assert bound.told.turns == 1


def test_the_same_file_gives_the_same_bytes_and_they_are_a_graph(tmp_path: Path) -> None:
    file = write(tmp_path, xml(BLOCK))

    one, other = (build_roads(file, load_speeds(), _quiet) for _ in range(2))

    assert one.blob == other.blob
    assert RoadNetwork.from_bytes(one.blob).arc_count == one.network.arc_count


def test_what_was_left_out_is_told(tmp_path: Path) -> None:
    island = [Way([81, 82], ROAD), Way([1, 2], ROAD | {"access": "private"})]

    built = build_roads(write(tmp_path, xml(BLOCK + island)), load_speeds(), _quiet)

    told = "\n".join(built.summary())
    assert "5 ways taken, 1 closed to crews left out" in told
    assert "left out, for no way leads there and back: 2 nodes, 2 arcs" in told
    assert built.network.node_count == 5


@pytest.mark.parametrize("highway", ["motorway", "residential"])
def test_roads_that_nobody_may_join_or_that_lead_one_way_are_no_graph(
    tmp_path: Path, highway: str
) -> None:
    ways = [Way([1, 2, 3], {"highway": highway, "oneway": "yes"})]

    with pytest.raises(RoadsRefused) as refused:
        build_roads(write(tmp_path, xml(ways)), load_speeds(), _quiet)

    assert refused.value.code == "no_roads_in_file"


def test_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RoadsRefused) as refused:
        build_roads(tmp_path / "nowhere.osm.pbf", load_speeds(), _quiet)

    assert refused.value.code == "unreadable_roads"
