"""From tags to arcs: directions, who may drive, speeds, pieces, forbidden turns, names."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from beaconfire.roads.osm_file import read_osm
from beaconfire.roads.osm_roads import PIECE_M_MAX, Told, draw
from beaconfire.roads.refusals import RoadsRefused
from beaconfire.roads.road_speeds import load_speeds
from beaconfire_spatial.road_building import DrawnRoads
from beaconfire_testkit.osm import Turn, Way, write, xml

SPEEDS = load_speeds()
Drawn = tuple[DrawnRoads, dict[int, frozenset[int]], Told]


def _draw(
    folder: Path, ways: list[Way], turns: Sequence[Turn] = (), *, without: Sequence[int] = ()
) -> Drawn:
    text = xml(ways, turns, without=without)
    return draw(read_osm(write(folder, text), SPEEDS.classes.keys(), lambda _: None), SPEEDS)


def _road(nodes: list[int], **tags: str) -> Way:
    return Way(nodes, {"highway": "residential"} | tags)


def _ends(drawn: DrawnRoads) -> set[tuple[int, int]]:
    return set(zip(drawn.tail.tolist(), drawn.head.tolist(), strict=True))


@pytest.mark.parametrize(
    ("tags", "ends"),
    [
        ({}, {(0, 1), (1, 0)}),
        ({"oneway": "yes"}, {(0, 1)}),
        ({"oneway": "-1"}, {(1, 0)}),
        ({"oneway": "no", "junction": "roundabout"}, {(0, 1), (1, 0)}),
        ({"junction": "roundabout"}, {(0, 1)}),
        ({"highway": "motorway"}, {(0, 1)}),
        ({"highway": "motorway_link"}, {(0, 1), (1, 0)}),
    ],
)
def test_one_ways_are_drawn_one_way(
    tmp_path: Path, tags: dict[str, str], ends: set[tuple[int, int]]
) -> None:
    drawn, _, _ = _draw(tmp_path, [_road([1, 2], **tags)])

    assert _ends(drawn) == ends


@pytest.mark.parametrize(
    ("tags", "is_driven"),
    [
        ({"access": "private"}, False),
        ({"access": "no", "emergency": "yes"}, True),
        ({"motor_vehicle": "no"}, False),
        ({"access": "no", "motor_vehicle": "destination"}, True),
        ({"emergency": "no"}, False),
        ({"area": "yes"}, False),
        ({"access": "customers"}, True),
    ],
)
def test_closed_roads_are_left_out_unless_crews_may_drive_there(
    tmp_path: Path, tags: dict[str, str], is_driven: bool
) -> None:
    _, _, told = _draw(tmp_path, [_road([1, 2]), _road([2, 3], **tags)])

    assert (told.ways, told.ways_closed) == ((2, 0) if is_driven else (1, 1))


def test_long_stretches_are_cut_and_take_the_time_of_their_length(tmp_path: Path) -> None:
    drawn, _, _ = _draw(tmp_path, [_road([1, 9], maxspeed="100")])

    assert len(drawn.lon) == 5  # 356 m in four pieces
    assert drawn.length_m.max() <= PIECE_M_MAX
    assert drawn.length_m.sum() / 2 == pytest.approx(355.7, abs=1)
    assert drawn.lights_s.sum() / 2 == pytest.approx(355.7 / (93 / 3.6), rel=0.01)
    assert drawn.regular_s.sum() / 2 == pytest.approx(355.7 / (65 / 3.6), rel=0.01)


def test_one_leaves_the_road_where_its_class_says_and_not_in_a_tunnel(tmp_path: Path) -> None:
    drawn, _, _ = _draw(
        tmp_path,
        [_road([1, 2], highway="motorway"), _road([2, 3]), _road([3, 4, 5], tunnel="yes")],
    )

    assert drawn.enters.tolist() == [0, 1, 1, 0, 0]


def test_where_named_roads_meet_the_junction_has_both_names(tmp_path: Path) -> None:
    drawn, _, _ = _draw(tmp_path, [_road([1, 2, 3], name="Queen"), _road([2, 12], name="Albert")])

    assert drawn.labels == ("Albert / Queen",)
    assert np.flatnonzero(drawn.label == 0).tolist() == [1]


CROSS = [_road([11, 12]), _road([12, 13]), _road([12, 22]), _road([2, 12])]
"""Roads from west, to east, to north, from south of node 12, which is number 1."""


@pytest.mark.parametrize(
    ("turn", "banned"),
    [
        (Turn(1, 12, 3, {"restriction": "no_left_turn"}), {(1, 3)}),
        (Turn(1, 12, 2, {"restriction": "only_straight_on"}), {(1, 0), (1, 3), (1, 4)}),
        (Turn(1, 12, 1, {"restriction": "no_u_turn"}), {(1, 0)}),
        (Turn(1, 12, 3, {"restriction:motorcar": "no_left_turn"}), {(1, 3)}),
    ],
)
def test_forbidden_turns_are_found_by_their_arcs(
    tmp_path: Path, turn: Turn, banned: set[tuple[int, int]]
) -> None:
    drawn, forbidden, told = _draw(tmp_path, CROSS, [turn])

    [(arc, onward)] = forbidden.items()
    assert (int(drawn.tail[arc]), int(drawn.head[arc])) == (0, 1)
    assert {(int(drawn.tail[one]), int(drawn.head[one])) for one in onward} == banned
    assert (told.turns, told.turns_not_kept) == (1, 0)


def test_turns_that_are_not_understood_are_counted_and_forbid_nothing(tmp_path: Path) -> None:
    through = _road([31, 32, 33])
    turns = [
        Turn(5, 32, 6, {"restriction": "no_left_turn"}),  # passes its node
        Turn(99, 12, 3, {"restriction": "no_left_turn"}),  # no such way
        Turn(1, 99, 3, {"restriction": "no_left_turn"}),  # no such node
    ]

    _, forbidden, told = _draw(tmp_path, [*CROSS, through, _road([32, 42])], turns)

    assert forbidden == {}
    assert (told.turns, told.turns_not_kept) == (0, 3)


def test_ways_are_cut_off_where_the_file_ends(tmp_path: Path) -> None:
    drawn, _, told = _draw(tmp_path, [_road([1, 2, 3, 4])], without=[3])

    assert _ends(drawn) == {(0, 1), (1, 0)}
    assert told.ways_cut_off == 1


def test_a_file_whose_roads_have_no_nodes_holds_no_roads(tmp_path: Path) -> None:
    with pytest.raises(RoadsRefused) as refused:
        _draw(tmp_path, [_road([1, 2])], without=[1])

    assert refused.value.code == "no_roads_in_file"
