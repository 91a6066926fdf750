"""`beaconfire log topics` makes what is not there, by the environment alone, and says what."""

import os

import pytest
from typer.testing import CliRunner, Result

from beaconfire.cli import app
from beaconfire.commands.on_node import EXIT_REFUSED
from beaconfire_contracts.topics import TOPICS
from beaconfire_platform.ids import new_id
from beaconfire_testkit.node import free_port

BROKERS = "BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS"


def topics(**said: str) -> Result:
    bare = {name: None for name in os.environ if name.startswith("BEACONFIRE_KAFKA_")}
    return CliRunner(env=bare | said).invoke(app, ["log", "topics"])


def test_all_are_made_once_and_then_are_there(kafka: str) -> None:
    prefix = f"t{os.getpid()}-{new_id()[-12:]}"
    said = {BROKERS: kafka, "BEACONFIRE_KAFKA_PREFIX": prefix}

    first, again = topics(**said), topics(**said)

    assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
    made = first.output.split()
    assert {f"{prefix}.{source}.v1" for source in TOPICS} <= set(made)
    assert again.output == "all topics are there\n"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, BROKERS),
        ({BROKERS: "kafka"}, "host:port"),
        ({BROKERS: f"127.0.0.1:{free_port()}"}, "lets nobody in"),
        ({BROKERS: "kafka:9092", "BEACONFIRE_KAFKA_PREFIX": "A B"}, "BEACONFIRE_KAFKA_PREFIX"),
    ],
)
def test_what_is_unfit_or_away_is_one_line(said: dict[str, str], told: str) -> None:
    ran = topics(**said)

    assert ran.exit_code == EXIT_REFUSED
    assert ran.output.startswith("refused: ")
    assert ran.output.count("\n") == 1
    assert told in ran.output
