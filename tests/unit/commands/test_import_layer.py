"""A file that cannot be taken in is refused before any node is asked, each row by its number."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from beaconfire.cli import app
from beaconfire.commands.on_node import EXIT_REFUSED


@pytest.fixture(autouse=True)
def _nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEACONFIRE_TOKEN", "bfk_none")
    monkeypatch.setenv("BEACONFIRE_ORIGIN", "http://127.0.0.1:1")


def said(file: Path, *more: str) -> str:
    """What the command says, refused."""
    told = CliRunner().invoke(app, ["import", "layer", str(file), "--kind", "station", *more])
    assert told.exit_code == EXIT_REFUSED, told.output
    return told.output


def test_each_wrong_row_has_a_line_and_the_last_line_says_why(tmp_path: Path) -> None:
    file = tmp_path / "stations.csv"
    file.write_text("code,lon,lat\na,1,2\nb,x,2\nc,1,\n", "utf-8")

    lines = said(file, "--crs", "WGS84", "--level", "station").splitlines()

    assert lines == [
        "row 2: x, 2: no numbers (no_position)",
        "row 3: 1, : no numbers (no_position)",
        "refused: 2 rows cannot be taken in (no_position)",
    ]


def test_a_system_that_nobody_knows_and_one_that_nobody_named_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "stations.csv"
    file.write_text("code,lon,lat\na,1,2\n", "utf-8")

    assert "(unnamed_crs)" in said(file, "--level", "station")
    assert "(unknown_crs)" in said(file, "--level", "station", "--crs", "the usual one")
    assert "(no_such_file)" in said(tmp_path / "lost.csv")


def test_whose_stations_are_is_said_of_stations_alone(tmp_path: Path) -> None:
    file = tmp_path / "cells.csv"
    file.write_text("code,lon,lat\na,1,2\n", "utf-8")

    told = said(file, "--kind", "cell", "--level", "cell", "--crs", "WGS84", "--body", "fire")

    assert "--body says whose stations are, and nothing of a cell (bad_columns)" in told
