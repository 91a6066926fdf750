"""The archive of classes: made by one life of a broker, and used by the next."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from beaconfire_testkit.kafka_archive import make_archive
from beaconfire_testkit.kafka_fixtures import kafka_or_skip
from beaconfire_testkit.kafka_jars import Kafka


def loading(kafka: Kafka) -> str:
    """Where Java took each class from that a small command needed."""
    return subprocess.run(
        kafka.command("kafka.tools.StorageTool", "random-uuid", options=["-Xlog:class+load"]),
        capture_output=True, text=True, check=True, timeout=120,
    ).stdout  # fmt: skip


@pytest.mark.apart
async def test_a_command_takes_its_classes_from_the_archive(tmp_path: Path) -> None:
    here = kafka_or_skip()
    for file in (*here.jars.glob("*.jar"), here.jars / "log4j2.properties"):
        (tmp_path / file.name).symlink_to(file)
    kafka = replace(here, jars=tmp_path)

    await make_archive(kafka)

    (line,) = [
        one for one in loading(kafka).splitlines() if " org.apache.kafka.common.Uuid source:" in one
    ]
    assert "shared objects file (top)" in line
