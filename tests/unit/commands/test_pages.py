"""`beaconfire pages` writes a folder that a gateway can serve, or says what it misses."""

from pathlib import Path

from typer.testing import CliRunner

from beaconfire.cli import app
from beaconfire.commands.on_node import EXIT_REFUSED


def test_the_folder_holds_pages_and_both_documents(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["pages", str(tmp_path / "site"), "--basemap", "auckland"])

    assert said.exit_code == 0, said.output
    names = {one.name for one in (tmp_path / "site").iterdir()}
    assert names >= {"assets", "basemap", "console.html", "openapi.json", "asyncapi.json"}


def test_no_map_is_written_where_none_is_asked_for(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["pages", str(tmp_path / "site"), "--basemap="])

    assert said.exit_code == 0
    assert not (tmp_path / "site" / "basemap").exists()


def test_a_city_that_is_not_carried_is_refused(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["pages", str(tmp_path), "--basemap", "atlantis"])

    assert said.exit_code == EXIT_REFUSED
    assert "choose one of auckland" in said.output


def test_a_folder_that_cannot_be_written_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "x"

    said = CliRunner().invoke(app, ["pages", str(folder)])

    assert said.exit_code == EXIT_REFUSED
    assert said.output == (
        f"refused: {folder} cannot be written (Not a directory): name another folder\n"
    )
