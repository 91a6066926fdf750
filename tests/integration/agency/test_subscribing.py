"""An agency outside with the rights of docs/subscribing.md reads its topic, and that is all.

The commands of that page are run as they stand there, and so are both examples.
"""

import asyncio
import os
import re
import shlex
import sys
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
)

from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.settings import SASL_SSL, KafkaSettings
from beaconfire_platform.log.kafka.topics import TOPICS, make_topics
from beaconfire_testkit.kafka_secure import OPERATOR, SecureBroker, new_password

from .subscribers import opened, placed
from .test_shared_topics import publishing, subscribed

pytestmark = pytest.mark.apart

ROOT: Final = Path(__file__).parents[3]
TOOLS: Final = {
    "kafka-acls": "org.apache.kafka.tools.AclCommand",
    "kafka-configs": "org.apache.kafka.tools.ConfigCommand",
}
READ_S_MAX: Final = 60
EVENTS: Final = 3
"""That sharing began, an incident, and where it lies."""


@dataclass(slots=True)
class Outside:
    """A deployment on a broker with rights, and what an agency outside was given."""

    broker: SecureBroker
    prefix: str
    password_file: Path

    @property
    def topic(self) -> str:
        """The agency's own."""
        return f"{self.prefix}.shared.power.v1"

    def client(self, **other: Any) -> dict[str, Any]:
        """How the agency's clients come."""
        user = f"{self.prefix}-power"
        return self.broker.client_of(user, self.password_file.read_text()) | other

    async def read(self, topic: str, *, group: str | None = None, **other: Any) -> Sequence[Any]:
        """The first records of a topic."""
        consumer = AIOKafkaConsumer(
            topic, **self.client(**other), group_id=group, auto_offset_reset="earliest"
        )
        found: list[Any] = []
        try:
            async with asyncio.timeout(READ_S_MAX):
                await consumer.start()
                while len(found) < EVENTS:
                    for some in (await consumer.getmany(timeout_ms=500)).values():
                        found.extend(some)
        finally:
            await consumer.stop()
        return found

    async def write(self, topic: str) -> None:
        """Try to put a record there."""
        async with AIOKafkaProducer(**self.client()) as producer:
            await producer.send_and_wait(topic, b"{}", key=b"x")


def commands(values: dict[str, str]) -> Sequence[Sequence[str]]:
    """The commands of the page, with the names of things put in."""
    page = (ROOT / "docs" / "subscribing.md").read_text("utf-8")
    [block] = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    text = block.replace("\\\n", " ").replace("operator.properties", values["OPERATOR"])
    for name, value in values.items():
        text = text.replace(f"${name}", value)
    return [shlex.split(line) for line in text.strip().splitlines()]


@pytest.fixture
async def outside(
    centre: Any, secure_kafka: SecureBroker, tmp_path: Path
) -> AsyncGenerator[Outside]:
    prefix = f"o{os.getpid()}-{new_id()[-8:]}"
    password_file = tmp_path / "password"
    password_file.write_text(new_password())
    values = {
        "BOOTSTRAP": secure_kafka.bootstrap,
        "OPERATOR": str(secure_kafka.folder / "operator.properties"),
        "USER": f"{prefix}-power",
        "PASSWORD": password_file.read_text(),
        "PREFIX": prefix,
        "CODE": "power",
    }
    for tool, *words in commands(values):
        await secure_kafka.kafka.run(TOOLS[tool], *words)
    operator = secure_kafka.passwords[OPERATOR]
    settings = KafkaSettings(
        secure_kafka.bootstrap, SASL_SSL, OPERATOR, operator, secure_kafka.ca_file, prefix
    )
    await make_topics(settings, TOPICS)
    power = await subscribed(centre, "power")
    water = await subscribed(centre, "water")
    fire = opened(power["id"], "root")
    await centre.under_test.tell(fire, placed(fire, "root.d1"), opened(water["id"], "root"))
    await centre.under_test.catch_up()
    async with publishing(centre, settings) as topics:
        async with asyncio.timeout(READ_S_MAX):
            while topics.health.published < EVENTS + 2:  # noqa: ASYNC110  (health tells nobody)
                await asyncio.sleep(0.05)
        yield Outside(secure_kafka, prefix, password_file)


async def test_it_reads_its_own_topic_and_is_refused_everything_else(outside: Outside) -> None:
    own = await outside.read(outside.topic, group="agency.power.test")

    assert len(own) == EVENTS
    prefix = outside.prefix
    for topic in (f"{prefix}.shared.water.v1", f"{prefix}.incident.v1", f"{prefix}.agency.v1"):
        with pytest.raises(TopicAuthorizationFailedError):
            await outside.read(topic)
    for group in ("reader", "agency.water.test", "agency.powerless"):
        with pytest.raises(GroupAuthorizationFailedError):
            await outside.read(outside.topic, group=group)
    for topic in (outside.topic, f"{prefix}.incident.v1"):
        with pytest.raises(TopicAuthorizationFailedError):
            await outside.write(topic)


async def test_a_wrong_password_and_a_plain_connection_are_refused(outside: Outside) -> None:
    assert len(await outside.read(outside.topic)) == EVENTS

    with pytest.raises(KafkaError):
        await outside.read(outside.topic, sasl_plain_password=new_password())
    with pytest.raises(KafkaError):
        await outside.read(outside.topic, security_protocol="PLAINTEXT")
    with pytest.raises(KafkaError):
        await outside.read(outside.topic, security_protocol="SASL_PLAINTEXT")


async def test_both_examples_print_what_it_was_told(outside: Outside) -> None:
    kafka = outside.broker.kafka
    in_python = await run(
        sys.executable,
        str(ROOT / "examples" / "subscribe.py"),
        *("--bootstrap", outside.broker.bootstrap, "--agency", "power"),
        *("--user", f"{outside.prefix}-power", "--password-file", str(outside.password_file)),
        *("--ca-file", str(outside.broker.ca_file), "--prefix", outside.prefix),
        *("--most", str(EVENTS)),
    )

    in_java = await run(
        kafka.java,
        "-cp",
        ":".join(str(jar) for jar in sorted(kafka.jars.glob("*.jar"))),
        f"-Dlog4j2.configurationFile={kafka.jars / 'log4j2.properties'}",
        str(ROOT / "examples" / "Subscribe.java"),
        *(outside.broker.bootstrap, "power", f"{outside.prefix}-power"),
        *(str(outside.password_file), str(outside.broker.ca_file), outside.prefix, str(EVENTS)),
    )

    must_be_all(in_python)
    must_be_all(in_java)


async def run(*command: str) -> Sequence[str]:
    """What a program says until it ends well."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(READ_S_MAX):
            said, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, errors.decode()
    return said.decode().splitlines()


def must_be_all(said: Sequence[str]) -> None:
    """Every event once: type, key and version."""
    told = [line.split() for line in said if line.startswith("beaconfire.shared.")]
    assert sorted((kind, int(version)) for kind, _, version in told) == [
        ("beaconfire.shared.incident-shown.v1", 1),
        ("beaconfire.shared.incident-shown.v1", 2),
        ("beaconfire.shared.sharing-begun.v1", 1),
    ]
