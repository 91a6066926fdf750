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
