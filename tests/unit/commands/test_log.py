"""`beaconfire log` says what it misses and never shows a traceback."""

import json

import pytest
from typer.testing import CliRunner

from beaconfire.cli import app
from beaconfire.commands.log import REASON_CHARACTERS_MAX
from beaconfire.commands.on_node import EXIT_REFUSED
from beaconfire_testkit.node import free_port

URL = ["--database-url", f"postgresql://nobody@127.0.0.1:{free_port()}/beaconfire"]
GEO = ["--service", "geo"]
UNPARK = ["unpark", "incident", "i1", "--consumer", "geo"]


@pytest.mark.parametrize("arguments", [["status"], [*UNPARK, "--reason", "mended"]])
def test_without_a_running_node_it_says_what_to_do(arguments: list[str]) -> None:
    told = CliRunner().invoke(app, ["log", *arguments, *URL])

    assert told.exit_code == EXIT_REFUSED
    assert "is not reached" in told.output


def test_a_service_whose_database_is_not_named_is_told_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BEACONFIRE_GEO_DATABASE_URL", URL[1])
    monkeypatch.setenv("BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS", "x")
    monkeypatch.setenv("BEACONFIRE_KAFKA_SECURITY", "NONE SUCH")

    table = CliRunner().invoke(app, ["log", "status"])
    machines = CliRunner().invoke(app, ["log", "status", "--json"])

    why = "BEACONFIRE_AGENCY_DATABASE_URL is not set"
    assert f"agency     not looked at: {why}" in table.output.splitlines()
    assert "geo        NOT REACHED" in table.output
    assert json.loads(machines.output)["not_looked_at"]["agency"] == why
    assert "not looked at" not in CliRunner().invoke(app, ["log", "status", *GEO]).output


ASKING = [
    UNPARK,
    ["skip", "incident", "i1", "--consumer", "geo"],
    ["skip", "--quarantined", "--consumer", "geo"],
    ["replay", "--consumer", "situation"],
]


@pytest.mark.parametrize("asking", ASKING)
@pytest.mark.parametrize("reason", [[], ["--reason", ""], ["--reason", " \t\n"]])
def test_without_a_reason_nothing_is_asked(asking: list[str], reason: list[str]) -> None:
    told = CliRunner().invoke(app, ["log", *asking, *reason, *(URL if reason else [])])

    assert told.exit_code == EXIT_REFUSED
    assert "reason" in told.output
    assert not reason or told.output == (
        "refused: say in --reason why; it is kept with the request\n"
    )


@pytest.mark.parametrize("asking", ASKING)
@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("路" * (REASON_CHARACTERS_MAX + 1), "--reason has 501 characters, 500 at most"),
        ("mended\nthen \x1b[2Jasked", "--reason is one line of text"),
        ("mended \udcff", "--reason is one line of text"),
    ],
)
def test_a_reason_that_nobody_can_keep_is_refused_in_one_line_that_does_not_repeat_it(
    asking: list[str], reason: str, said: str
) -> None:
    told = CliRunner().invoke(app, ["log", *asking, "--reason", reason, *URL])

    assert told.exit_code == EXIT_REFUSED
    assert told.output.startswith(f"refused: {said}")
    assert told.output.count("\n") == 1
    assert reason[:3] not in told.output


def test_a_reason_as_long_as_may_be_is_taken() -> None:
    reason = f" {'路' * REASON_CHARACTERS_MAX} "

    told = CliRunner().invoke(app, ["log", *UNPARK, "--reason", reason, *URL])

    assert "is not reached" in told.output
