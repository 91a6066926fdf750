"""Made-up files of OpenStreetMap are what libosmium reads back."""

from pathlib import Path

import osmium
import pytest

from beaconfire_testkit.osm import Turn, Way, place, write, xml


@pytest.mark.parametrize("kind", ["osm", "osm.pbf"])
def test_a_made_file_has_its_nodes_ways_and_turns(tmp_path: Path, kind: str) -> None:
    turn = Turn(1, 2, 1, {"restriction": "no_u_turn"})
    text = xml([Way([1, 2, 3], {"name": "A & B"})], [turn], without=[3])

    found = [
        (one.type_str(), one.id, dict(one.tags))
        for one in osmium.FileProcessor(str(write(tmp_path, text, kind)))
    ]

    assert found == [
        ("n", 1, {}), ("n", 2, {}), ("w", 1, {"name": "A & B"}),
        ("r", 1, {"type": "restriction", "restriction": "no_u_turn"}),
    ]  # fmt: skip
    assert place(23) == (pytest.approx(174.7015), pytest.approx(-36.899))
