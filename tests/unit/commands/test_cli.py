"""The command line names its doors, says what each is, and opens only the one that is asked for."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from beaconfire import __version__
from beaconfire.cli import DOORS, app

HEAVY = "scipy"
"""What finding units needs and a person's token does not."""


def test_every_door_is_listed_with_its_sentence() -> None:
    said = CliRunner().invoke(app, ["--help"])

    assert said.exit_code == 0
    lines = [line.strip("│ ").split(maxsplit=1) for line in said.output.splitlines()]
    told = {line[0]: line[1] for line in lines if len(line) > 1}
    assert all(told.get(door) for door in DOORS)


@pytest.mark.parametrize("door", DOORS)
def test_each_door_explains_itself_by_its_own_name(door: str) -> None:
    told = CliRunner().invoke(app, [door, "--help"])

    assert told.exit_code == 0
    assert f"beaconfire {door}" in told.output


@pytest.mark.parametrize(("door", "loads"), [("users", False), ("up", True)])
def test_a_door_loads_what_it_needs_and_no_more(door: str, *, loads: bool) -> None:
    asked = (
        "import sys; from typer.testing import CliRunner; from beaconfire.cli import app;"
        f"CliRunner().invoke(app, [{door!r}, '--help']); print({HEAVY!r} in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == str(loads)


def test_a_door_that_is_not_there_is_told() -> None:
    said = CliRunner().invoke(app, ["fly"])

    assert said.exit_code == 2
    assert "fly" in said.output


def test_without_a_word_it_shows_the_doors() -> None:
    assert "Usage" in CliRunner().invoke(app, []).output


def test_it_says_which_one_it_is() -> None:
    said = CliRunner().invoke(app, ["--version"])

    assert (said.exit_code, said.output) == (0, f"beaconfire {__version__}\n")
