"""What is read of a file of OpenStreetMap, alike in all its kinds, and what is refused."""

import zipfile
from pathlib import Path

import pytest

from beaconfire.roads import osm_file
from beaconfire.roads.osm_file import OsmTurn, read_osm
from beaconfire.roads.refusals import RoadsRefused
from beaconfire.roads.road_speeds import load_speeds
from beaconfire_testkit.osm import Turn, Way, place, write, xml

CLASSES = load_speeds().classes.keys()
ROAD = {"highway": "residential", "name": "Queen Street", "surface": "asphalt"}
TEXT = xml(
    [
        Way([1, 2, 3], ROAD),
        Way([3, 4], {"highway": "footway"}),
        Way([2, 12], {"highway": "primary"}),
    ],
    [
        Turn(1, 2, 3, {"restriction": "no_left_turn"}),
        Turn(1, 2, 3, {"restriction": "only_straight_on"}),
        Turn(1, 2, 3, {"restriction": "no_right_turn", "except": "bus;emergency"}),
        Turn(1, 2, 3, {"restriction:hgv": "no_right_turn"}),
        Turn(1, 2, 3, {"restriction": "give_way"}),
    ],
)


def _quiet(_: str) -> None:
    """Nobody listens."""


@pytest.mark.parametrize("kind", ["osm", "osm.zip", "osm.pbf"])
def test_every_kind_of_file_says_the_same(tmp_path: Path, kind: str) -> None:
    roads = read_osm(write(tmp_path, TEXT, kind), CLASSES, _quiet)

    assert [(way.id, way.nodes) for way in roads.ways] == [(1, (1, 2, 3)), (3, (2, 12))]
    assert roads.ways[0].tags == {"highway": "residential", "name": "Queen Street"}
    assert roads.turns == [OsmTurn(1, 2, 3, False), OsmTurn(1, 2, 3, True)]
    assert roads.turns_not_read == 1
    assert set(roads.nodes) == {1, 2, 3, 12}
    assert roads.nodes[12] == pytest.approx(place(12))


@pytest.mark.parametrize("name", ["roads.osm.pbf", "roads.osm", "roads.osm.zip"])
@pytest.mark.parametrize(
    "content", [b"", b"rubbish", b"PK\x03\x04rubbish", b"<osm><node", b"\0" * 99]
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)

    with pytest.raises(RoadsRefused) as refused:
        read_osm(file, CLASSES, _quiet)

    assert refused.value.code in ("unreadable_roads", "no_roads_in_file")


def test_a_file_without_roads_says_so(tmp_path: Path) -> None:
    with pytest.raises(RoadsRefused) as refused:
        read_osm(write(tmp_path, xml([Way([1, 2], {"highway": "footway"})])), CLASSES, _quiet)

    assert refused.value.code == "no_roads_in_file"


def test_coordinates_out_of_range_name_their_node(tmp_path: Path) -> None:
    text = TEXT.replace(f'lat="{place(12)[1]:.7f}"', 'lat="95.5"')

    with pytest.raises(RoadsRefused, match="node 12") as refused:
        read_osm(write(tmp_path, text), CLASSES, _quiet)

    assert refused.value.code == "bad_coordinates"


def test_too_much_is_refused_with_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, packed = write(tmp_path, TEXT), write(tmp_path, TEXT, "osm.zip")

    def refused(path: Path) -> str:
        with pytest.raises(RoadsRefused) as found:
            read_osm(path, CLASSES, _quiet)
        return found.value.code

    with monkeypatch.context() as limits:
        limits.setattr(osm_file, "FILE_BYTES_MAX", 100)
        assert refused(file) == "roads_too_large"
    with monkeypatch.context() as limits:
        limits.setattr(osm_file, "TEXT_BYTES_MAX", 100)
        assert refused(packed) == "roads_too_large"
    with monkeypatch.context() as limits:
        limits.setattr(osm_file, "WAYS_MAX", 1)
        assert refused(file) == "roads_too_large"


def test_an_archive_with_two_maps_or_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "roads.osm.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "")

    with pytest.raises(RoadsRefused, match="holds 0"):
        read_osm(file, CLASSES, _quiet)
