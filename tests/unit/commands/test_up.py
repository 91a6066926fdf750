"""What can never work ends `beaconfire up` at once, with one line and exit code 2."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from beaconfire.cli import app
from beaconfire_platform.process.cannot_start import EXIT_CANNOT_START


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--port", "0"], "--port"),
        (["--host", "192.0.2.1"], "--tls-cert"),
        (["--demo", "atlantis"], "atlantis"),
    ],
)
def test_what_can_never_work_is_said_in_one_line(
    tmp_path: Path, arguments: list[str], named: str
) -> None:
    told = CliRunner().invoke(app, ["up", "--data", str(tmp_path / "data"), *arguments])

    assert told.exit_code == EXIT_CANNOT_START
    assert "cannot start" in told.output
    assert named in told.output


@pytest.mark.parametrize(
    ("name", "told", "said"),
    [
        ("BEACONFIRE_AGENCY_IDLE_MINUTES", "abc", "between 1 and 720, not 'abc'"),
        ("BEACONFIRE_GEO_HISTORY_DAYS", "0", "between 1 and 3660, not '0'"),
        ("BEACONFIRE_INCIDENT_TRACKING_PER_MINUTE", "1e9", "between 1 and 6000"),
        ("BEACONFIRE_LOG_LEVEL", "loud", "debug, info, warning, error"),
    ],
)
def test_a_setting_that_cannot_be_is_told_in_one_line(
    tmp_path: Path, name: str, told: str, said: str
) -> None:
    done = CliRunner(env={name: told}).invoke(app, ["up", "--data", str(tmp_path / "data")])

    assert done.exit_code == EXIT_CANNOT_START
    assert name in done.output
    assert said in done.output
    assert len(done.output.splitlines()) == 1
