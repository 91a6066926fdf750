"""A command is run with a broker that answers, or with the one that was named."""

import os
import subprocess
import sys

import pytest

from beaconfire_testkit.kafka_fixtures import kafka_or_skip

LOOK = "import os, socket; at = os.environ['KAFKA_BOOTSTRAP_SERVERS']; print(at)"
KNOCK = f"{LOOK}; host, port = at.split(':'); socket.create_connection((host, int(port)), 5)"


def run(code: str, **more: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "beaconfire_testkit.with_kafka", sys.executable, "-c", code]
    environment = {k: v for k, v in os.environ.items() if k != "KAFKA_BOOTSTRAP_SERVERS"} | more
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.apart
def test_the_command_finds_a_broker_and_its_own_exit_code_is_told() -> None:
    kafka_or_skip()

    ran = run(f"{KNOCK}; raise SystemExit(7)")

    assert (ran.returncode, ran.stdout.startswith("127.0.0.1:")) == (7, True), ran.stderr


def test_a_broker_that_is_named_is_used() -> None:
    ran = run(LOOK, KAFKA_BOOTSTRAP_SERVERS="elsewhere:9092")

    assert (ran.returncode, ran.stdout.strip()) == (0, "elsewhere:9092"), ran.stderr
