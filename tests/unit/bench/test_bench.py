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
def test_a_section_is_measured_in_a_process_of_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    found = CliRunner().invoke(app, ["bench", "geo", "--json"])

    _, *lines = map(json.loads, capfd.readouterr().out.splitlines())
    assert [line["section"] for line in lines] == ["geo", "geo"]
    assert found.exit_code == (0 if all(line["passed"] for line in lines) else 1)
    assert "geo" in bench.SECTIONS
