"""`beaconfire users` on a node that does not run says so, and never shows a traceback."""

import pytest
from typer.testing import CliRunner

from beaconfire.cli import app
from beaconfire.commands.on_node import EXIT_REFUSED
from beaconfire_testkit.node import free_port


@pytest.mark.parametrize(
    "arguments", [["add", "dana", "--role", "dispatcher"], ["token", "dana", "--days", "1"]]
)
def test_without_a_running_node_it_says_what_to_do(arguments: list[str]) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/beaconfire"
    told = CliRunner().invoke(app, ["users", *arguments, "--database-url", url])

    assert told.exit_code == EXIT_REFUSED
    assert "is not reached" in told.output


def test_an_unknown_role_is_refused() -> None:
    assert CliRunner().invoke(app, ["users", "add", "dana", "--role", "king"]).exit_code == 2
