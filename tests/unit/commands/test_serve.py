"""`beaconfire serve` runs a service by its name, and says in one line what it lacks."""

import os
import subprocess
import sys

import pytest

from beaconfire.commands.serve import SERVICES


def serve(name: str) -> "subprocess.CompletedProcess[str]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BEACONFIRE_")}
    return subprocess.run(
        [sys.executable, "-m", "beaconfire", "serve", name],
        capture_output=True, text=True, check=False, env=environment, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_without_its_environment_says_what_it_lacks(name: str) -> None:
    ran = serve(name)

    assert ran.returncode == 2
    assert ran.stderr.startswith(f"beaconfire {name} cannot start: BEACONFIRE_DATABASE_URL")
    assert "Traceback" not in ran.stderr


def test_an_unknown_service_is_refused_with_those_there_are() -> None:
    ran = serve("weather")

    assert ran.returncode == 2
    assert "there is no service weather: agency, dispatch" in ran.stderr
