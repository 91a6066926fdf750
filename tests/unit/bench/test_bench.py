"""`beaconfire bench` names what it cannot measure, and passes the verdict on."""

import json

import pytest
from typer.testing import CliRunner

from beaconfire.cli import app
from beaconfire.commands import bench


def test_an_unknown_section_is_named() -> None:
    found = CliRunner().invoke(app, ["bench", "luck"])

    assert found.exit_code == 2
    assert "luck" in found.output


@pytest.mark.slow
@pytest.mark.apart
def test_a_section_is_measured_in_a_process_of_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    found = CliRunner().invoke(app, ["bench", "geo", "--json"])

    _, *lines = map(json.loads, capfd.readouterr().out.splitlines())
    assert {line["section"] for line in lines} == {"geo"}  # and nothing else is printed
    assert found.exit_code == (0 if all(line["passed"] for line in lines) else 1)
    assert "geo" in bench.SECTIONS


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["dispatch"], "needs --city DIR"),
        (["surge"], "needs --data FILE"),
        (["surge", "geo"], "measured alone"),
        (["surge", "--data", "x", "--eta-noise", "1"], "for the section dispatch alone"),
        (["cards", "--data", "x", "--fleet", "3"], "for the section surge alone"),
        (["geo", "--data", "x"], "the section cards or the section surge"),
    ],
)
def test_what_a_section_cannot_be_told_is_refused(asked: list[str], said: str) -> None:
    found = CliRunner().invoke(app, ["bench", *asked], terminal_width=200)

    assert found.exit_code == 2
    assert said in " ".join(found.output.replace("│", " ").split())
