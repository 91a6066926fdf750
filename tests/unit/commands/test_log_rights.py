"""`beaconfire log rights` grants each service what it needs on Kafka, and nothing more."""

import os
import re
import shlex
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from beaconfire.cli import app
from beaconfire.commands.log_rights import (
    READERS_OF_POSITIONS,
    Grant,
    grants_of,
    lines_of_rights,
    read_by,
    settings_of,
    written_by,
)
from beaconfire.commands.log_status import SOURCES_OF
from beaconfire.commands.on_node import EXIT_REFUSED
from beaconfire.commands.serve import SERVICES
from beaconfire_contracts.topics import TOPICS
from beaconfire_platform.log.kafka.self_check import foreign_topics

RUNBOOK: Final = Path(__file__).parents[3] / "docs" / "runbook.md"
BROKERS: Final = {"BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": "kafka:9092"}


def rights(*arguments: str, **said: str) -> Result:
    bare = {name: None for name in os.environ if name.startswith("BEACONFIRE_KAFKA_")}
    return CliRunner(env=bare | said).invoke(app, ["log", "rights", *arguments])


def test_each_topic_has_one_writer() -> None:
    writers = [(one, service) for service in SERVICES for one in written_by(service)]

    assert sorted(writers) == [*((one, one) for one in sorted(TOPICS)), ("position", "geo")]


@pytest.mark.parametrize("service", SERVICES)
def test_nobody_is_granted_what_would_keep_it_from_starting(service: str) -> None:
    settings = settings_of(BROKERS)

    foreign = foreign_topics(settings, service)
    writing = [one for one in grants_of(settings, service) if "Write" in one.operations]

    assert not {name for one in writing for name in one.topics} & set(foreign)
    assert not [
        name for one in writing if one.is_prefix
        for begin in one.topics for name in foreign if name.startswith(begin)
    ]  # fmt: skip


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_what_its_consumer_hears_and_whose_rights_end(service: str) -> None:
    own = {service} & TOPICS.keys()
    positions = {"position"} if service in READERS_OF_POSITIONS else set[str]()

    assert set(read_by(service)) == SOURCES_OF[service] | {"agency"} | own | positions


def test_situation_writes_nothing_and_only_agency_makes_topics() -> None:
    operations = {
        service: {name for one in grants_of(settings_of(BROKERS), service)
                  for name in one.operations}
        for service in SERVICES
    }  # fmt: skip

    assert operations["situation"] == {"Read", "Describe"}
    assert [one for one in SERVICES if "Create" in operations[one]] == ["agency"]
    assert set[str]().union(*operations.values()) == {
        "Read", "Write", "Describe", "Create", "DescribeConfigs",
    }  # fmt: skip


def test_what_is_told_outside_is_read_by_none_of_ours() -> None:
    shared = [
        one for service in SERVICES for one in grants_of(settings_of(BROKERS), service)
        if one.is_prefix
    ]  # fmt: skip

    assert shared == [
        Grant("agency", ("Create", "Write", "Describe", "DescribeConfigs"),
              ["beaconfire.shared."], is_prefix=True)
    ]  # fmt: skip


@pytest.mark.parametrize("service", SERVICES)
def test_the_runbook_says_the_same(service: str) -> None:
    rows = [line.split("|") for line in RUNBOOK.read_text("utf-8").splitlines()]
    [row] = [one for one in rows if len(one) == 5 and one[1].strip() == f"`{service}`"]

    written = re.findall(r"`beaconfire\.(\w+)\.v1`", row[2])
    assert sorted(written) == sorted(written_by(service))
    assert sorted(re.findall(r"`(\w+)`", row[3])) == read_by(service)
    assert ("`beaconfire.shared.`" in row[2]) == (service == "agency")


def test_a_grant_is_one_line_that_a_shell_reads_as_it_is_meant() -> None:
    line = Grant("geo", ("Read",), ["a.x.v1", "a.y.v1"]).line("kafka:9092", "my file")

    assert shlex.split(line) == [
        "kafka-acls", "--bootstrap-server", "kafka:9092", "--command-config", "my file",
        "--add", "--allow-principal", "User:geo", "--operation", "Read",
        "--topic", "a.x.v1", "--topic", "a.y.v1", "--resource-pattern-type", "literal",
    ]  # fmt: skip


def test_the_command_prints_all_services_or_one_without_any_password() -> None:
    said = BROKERS | {"BEACONFIRE_KAFKA_PREFIX": "north", "BEACONFIRE_KAFKA_SECURITY": "SASL_SSL"}

    every, one = rights(**said), rights("--service", "geo", **said)

    assert (every.exit_code, one.exit_code) == (0, 0), every.output + one.output
    assert every.output.splitlines() == lines_of_rights(SERVICES, said, "operator.properties")
    writing, reading = one.output.splitlines()
    assert writing == (
        "kafka-acls --bootstrap-server kafka:9092 --command-config operator.properties --add "
        "--allow-principal User:geo --operation Write --operation Describe "
        "--topic north.geo.v1 --topic north.position.v1 --resource-pattern-type literal"
    )
    assert reading == (
        "kafka-acls --bootstrap-server kafka:9092 --command-config operator.properties --add "
        "--allow-principal User:geo --operation Read --operation Describe "
        "--topic north.agency.v1 --topic north.dispatch.v1 --topic north.geo.v1 "
        "--topic north.incident.v1 --resource-pattern-type literal"
    )


def test_whichever_databases_are_named_all_services_are_printed() -> None:
    every = rights(**BROKERS, BEACONFIRE_GEO_DATABASE_URL="postgresql://geo@127.0.0.1:9/geo")

    assert every.output.splitlines() == lines_of_rights(SERVICES, BROKERS, "operator.properties")


@pytest.mark.parametrize(
    ("arguments", "said", "told"),
    [
        ([], {}, "BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS"),
        ([], BROKERS | {"BEACONFIRE_KAFKA_PREFIX": "A B"}, "BEACONFIRE_KAFKA_PREFIX"),
        (["--service", "nobody"], BROKERS, "nobody"),
    ],
)
def test_what_is_unfit_is_one_line(arguments: list[str], said: dict[str, str], told: str) -> None:
    ran = rights(*arguments, **said)

    assert ran.exit_code == EXIT_REFUSED
    assert ran.output.startswith("refused: ")
    assert ran.output.count("\n") == 1
    assert told in ran.output
