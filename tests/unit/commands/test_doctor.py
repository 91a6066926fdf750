"""`beaconfire doctor` says one line for each thing, in plain words."""

from pathlib import Path

from typer.testing import CliRunner

from beaconfire.cli import app
from beaconfire_testkit.node import free_port


def test_each_thing_has_its_line(tmp_path: Path) -> None:
    said = CliRunner().invoke(
        app, ["doctor", "--data", str(tmp_path / "d"), "--port", str(free_port())]
    )

    lines = said.output.splitlines()
    assert [one.split()[1] for one in lines][:4] == ["python", "options", "postgresql", "account"]
    assert all(one.split()[0] in ("ok", "warn", "bad") for one in lines)
