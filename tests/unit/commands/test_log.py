"""`beaconfire log` says what it misses and never shows a traceback."""

import pytest
from typer.testing import CliRunner

from beaconfire.cli import app
from beaconfire.commands.on_node import EXIT_REFUSED
from beaconfire_testkit.node import free_port

URL = ["--database-url", f"postgresql://nobody@127.0.0.1:{free_port()}/beaconfire"]
UNPARK = ["unpark", "incident", "i1", "--consumer", "geo"]


@pytest.mark.parametrize("arguments", [["status"], [*UNPARK, "--reason", "mended"]])
def test_without_a_running_node_it_says_what_to_do(arguments: list[str]) -> None:
    told = CliRunner().invoke(app, ["log", *arguments, *URL])

    assert told.exit_code == EXIT_REFUSED
    assert "no running node is reached" in told.output


@pytest.mark.parametrize("reason", [[], ["--reason", " "]])
def test_without_a_reason_nothing_is_asked(reason: list[str]) -> None:
    told = CliRunner().invoke(app, ["log", *UNPARK, *reason, *URL])

    assert told.exit_code == EXIT_REFUSED
    assert "reason" in told.output
