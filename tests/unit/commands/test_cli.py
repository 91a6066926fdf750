"""The command line names its doors, and says what it is."""

import pytest
from typer.testing import CliRunner

from beaconfire.cli import app


@pytest.mark.parametrize("door", ["up", "simulate", "scene", "users"])
def test_each_door_is_named_and_explains_itself(door: str) -> None:
    assert door in CliRunner().invoke(app, ["--help"]).output

    told = CliRunner().invoke(app, [door, "--help"])
    assert told.exit_code == 0
    assert "Usage" in told.output


def test_an_unknown_door_is_refused() -> None:
    assert CliRunner().invoke(app, ["fly"]).exit_code == 2
