"""A thing done by hand on a node: its answer, a refusal in one line, or that nobody runs."""

from pathlib import Path

import pytest
import typer

from beaconfire.commands.on_node import EXIT_REFUSED, on_database
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
    assert said.startswith("no running node is reached")
    assert said.count("\n") == 1


def test_a_folder_where_nobody_runs_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BEACONFIRE_DATABASE_URL", raising=False)

    with pytest.raises(typer.Exit):
        on_database("agency", _nothing, tmp_path, None)

    said = capsys.readouterr().err
    assert said == (f"no running node is reached in {tmp_path}: start it, or name its --data\n")
