"""`beaconfire import roads` as its person uses it: looking first, and what is refused."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from beaconfire.cli import app
from beaconfire_testkit.osm import Way, write, xml

BLOCK = xml([Way([1, 2, 12, 11, 1], {"highway": "residential"})])


def _run(*words: str, token: str = "") -> tuple[int, str]:
    told = CliRunner().invoke(app, ["import", "roads", *words], env={"BEACONFIRE_TOKEN": token})
    return told.exit_code, told.output


@pytest.mark.parametrize("kind", ["osm", "osm.zip", "osm.pbf"])
def test_a_preview_tells_what_would_be_released_and_releases_nothing(
    tmp_path: Path, kind: str
) -> None:
    code, told = _run(str(write(tmp_path, BLOCK, kind)), "--preview")

    assert code == 0
    assert "1 ways taken" in told
    assert "4 nodes, 8 arcs" in told
    assert "nothing was released" in told


def test_what_is_refused_says_why_with_its_code(tmp_path: Path) -> None:
    empty = tmp_path / "empty.osm"
    empty.write_text("<osm version='0.6'></osm>")

    code, told = _run(str(empty), "--preview")

    assert (code, "refused: " in told, "no_roads_in_file" in told) == (2, True, True)
    assert "unreadable_roads" in _run(str(tmp_path / "nowhere.osm"), "--preview")[1]
    assert "bad_speeds" in _run(str(empty), "--preview", "--speeds", str(empty))[1]


def test_where_no_node_runs_or_answers_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beaconfire.simulation.api.TRIES_MAX", 1)
    file = str(write(tmp_path, BLOCK))

    nobody = _run(file, "--data", str(tmp_path / "none"))
    away = _run(file, "--origin", "http://127.0.0.1:9", token="bfk_none")

    assert nobody[0] == away[0] == 2
    assert "no running node is reached in" in nobody[1]
    assert "no node answers at http://127.0.0.1:9" in away[1]
