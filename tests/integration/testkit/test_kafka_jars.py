"""What runs Apache Kafka here: found, or missing with a word on what to install."""

import sys
from pathlib import Path

import pytest

from beaconfire_testkit.kafka_fixtures import kafka_or_skip
from beaconfire_testkit.kafka_jars import (
    Kafka,
    KafkaBroken,
    KafkaMissing,
    bare_environment,
    last_words,
)


def a_java(folder: Path) -> Path:
    """Something that can be run and is called java."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.touch(0o755)
    return java


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    return monkeypatch


@pytest.mark.usefixtures("bare_machine")
def test_without_java_it_says_what_to_install() -> None:
    with pytest.raises(KafkaMissing, match="install Java 17"):
        Kafka.here()


def test_without_jars_it_names_the_door(bare_machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare_machine.setenv("PATH", str(a_java(tmp_path).parent))

    with pytest.raises(KafkaMissing, match="make setup-kafka"):
        Kafka.here()


def test_the_java_that_is_named_is_taken(bare_machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "kafka").mkdir()
    (tmp_path / "kafka" / "kafka_2.13-4.0.0.jar").touch()
    bare_machine.setenv("PATH", str(a_java(tmp_path / "one").parent))
    named = a_java(tmp_path / "other")

    assert Kafka.here().java != str(named)
    bare_machine.setenv("JAVA_HOME", str(tmp_path / "other"))
    assert Kafka.here().java == str(named)


async def test_a_command_says_what_it_found() -> None:
    kafka = kafka_or_skip()

    identity = (await kafka.run("kafka.tools.StorageTool", "random-uuid")).strip()

    assert len(identity.splitlines()[-1]) == 22


async def test_a_command_that_fails_says_why_and_not_where(tmp_path: Path) -> None:
    kafka = kafka_or_skip()
    settings = tmp_path / "server.properties"
    settings.write_text("process.roles=nobody\n")

    with pytest.raises(KafkaBroken, match=r"process\.roles") as broken:
        await kafka.run("kafka.tools.StorageTool", "info", "--config", str(settings))

    assert "ConfigDef.java" not in str(broken.value)


def test_nothing_of_the_callers_reaches_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Xmx1m")

    assert "JAVA_TOOL_OPTIONS" not in bare_environment()


def test_a_broker_without_a_log_is_said_to_have_none(tmp_path: Path) -> None:
    assert last_words(tmp_path / "kafka.log") == "it left no log"
