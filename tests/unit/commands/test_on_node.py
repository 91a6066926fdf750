"""A thing done by hand on a node: its answer, a refusal in one line, or that nobody runs."""

from pathlib import Path

import pytest
import typer

from beaconfire.commands.on_node import EXIT_REFUSED, left_out, on_database, unreached
from beaconfire.commands.serve import SERVICES
from beaconfire_platform.database import Database
from beaconfire_testkit.node import free_port


async def _nothing(_database: Database) -> None:
    return None


def test_without_a_running_node_it_ends_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/beaconfire"

    with pytest.raises(typer.Exit) as ended:
        on_database("agency", _nothing, None, url)

    assert ended.value.exit_code == EXIT_REFUSED
    said = capsys.readouterr().err
    assert said.startswith("the database of agency is not reached (")
    assert said.endswith("): see --database-url\n")
    assert said.count("\n") == 1


def test_a_folder_where_nobody_runs_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BEACONFIRE_DATABASE_URL", raising=False)

    with pytest.raises(typer.Exit):
        on_database("agency", _nothing, tmp_path, None)

    said = capsys.readouterr().err
    assert said == (f"no running node is reached in {tmp_path}: start it, or name its --data\n")


def test_what_is_no_folder_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BEACONFIRE_DATABASE_URL", raising=False)
    (tmp_path / "file").touch()

    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OSError, match="Errno") as raised:
            path.mkdir()
        said = unreached(raised.value, "agency", path, None)
        assert said == f"{path} is no folder: name the running node's --data"


def test_the_setting_that_was_followed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = ConnectionRefusedError("nobody listens")
    monkeypatch.setenv("BEACONFIRE_DATABASE_URL", "postgresql://a:secret@b/c")
    monkeypatch.setenv("BEACONFIRE_GEO_DATABASE_URL", "postgresql://a:secret@b/c")

    assert unreached(away, "geo", None, "postgresql://x").endswith(": see --database-url")
    assert unreached(away, "geo", None, None).endswith(": see BEACONFIRE_GEO_DATABASE_URL")
    assert unreached(away, "agency", None, None).endswith(": see BEACONFIRE_DATABASE_URL")
    monkeypatch.delenv("BEACONFIRE_DATABASE_URL")
    assert unreached(away, "geo", tmp_path, None).endswith("start it, or name its --data")


def test_whose_database_is_not_named_among_others_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert left_out(None) == {}

    monkeypatch.setenv("BEACONFIRE_GEO_DATABASE_URL", "postgresql://x")

    assert left_out("agency") == {}
    assert left_out(None).keys() == set(SERVICES) - {"geo"}
    assert left_out(None)["agency"] == "BEACONFIRE_AGENCY_DATABASE_URL is not set"
