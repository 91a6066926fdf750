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
from beaconfire_testkit.ports import lasting_ports

from .subscribers import opened, placed
from .test_shared_topics import publishing, subscribed

pytestmark = pytest.mark.apart

ROOT: Final = Path(__file__).parents[3]
TOOLS: Final = {
    "kafka-acls": "org.apache.kafka.tools.AclCommand",
    "kafka-configs": "org.apache.kafka.tools.ConfigCommand",
}
LOGGED: Final = re.compile(r"\d{4}-\d\d-\d\dT[0-9:,]+ (WARN|ERROR) ")
INTERNAL: Final = [one.source for one in TOPICS]
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
    others = [f"{prefix}.shared.water.v1", *(f"{prefix}.{one}.v1" for one in INTERNAL)]
    for topic in others:
        with pytest.raises(TopicAuthorizationFailedError):
            await outside.read(topic)
    for group in ("reader", "agency.water.test", "agency.powerless"):
        with pytest.raises(GroupAuthorizationFailedError):
            await outside.read(outside.topic, group=group)
    for topic in (outside.topic, *others):
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
    in_python = await run(*in_python_with(outside, most=EVENTS))

    in_java = await run(*in_java_with(outside, most=EVENTS))

    must_be_all(in_python)
    must_be_all(in_java)


async def test_both_examples_say_in_one_line_that_they_are_refused_or_reach_nobody(
    outside: Outside, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text(new_password())
    nobody = f"127.0.0.1:{lasting_ports(1)[0]}"
    no_authority = tmp_path / "not-there.pem"
    user, untold = f"{outside.prefix}-power", f"{outside.prefix}.shared.untold.v1"
    await outside.broker.allow(user, "READ", "DESCRIBE", topic=untold)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"password_file": wrong}, "let nobody in|SaslAuthenticationException"),
        ({"bootstrap": nobody}, "let nobody in|are not reached"),
        ({"code": "water"}, "TopicAuthorization(Failed|Exception)"),
        ({"code": "untold"}, "nothing was told"),
        ({"ca_file": no_authority}, "not-there.pem"),
    ]
    said = [said for _, said in cases for _ in range(2)]

    ends = await asyncio.gather(
        *(
            ended(*made(outside, **how))
            for how, _ in cases
            for made in (in_python_with, in_java_with)
        )
    )

    for (code, out, errors), reason in zip(ends, said, strict=True):
        assert (code, out) == (2, ""), errors
        # before it Kafka's own client in Java may have warned, in the lines of its log
        [line] = [one for one in errors.splitlines() if not LOGGED.match(one)]
        assert re.match(rf"cannot read {outside.prefix}\.shared\.\w+\.v1: .*({reason})", line)


def in_python_with(
    outside: Outside,
    *,
    code: str = "power",
    bootstrap: str = "",
    password_file: Path | None = None,
    ca_file: Path | None = None,
    most: int = -1,
) -> Sequence[str]:
    """How the example in Python is called."""
    return (
        sys.executable,
        str(ROOT / "examples" / "subscribe.py"),
        *("--bootstrap", bootstrap or outside.broker.bootstrap, "--agency", code),
        *("--user", f"{outside.prefix}-power", "--prefix", outside.prefix, "--most", str(most)),
        *("--password-file", str(password_file or outside.password_file)),
        *("--ca-file", str(ca_file or outside.broker.ca_file)),
    )


def in_java_with(
    outside: Outside,
    *,
    code: str = "power",
    bootstrap: str = "",
    password_file: Path | None = None,
    ca_file: Path | None = None,
    most: int = -1,
) -> Sequence[str]:
    """How the example in Java is called."""
    kafka = outside.broker.kafka
    return (
        kafka.java,
        "-cp",
        ":".join(str(jar) for jar in sorted(kafka.jars.glob("*.jar"))),
        f"-Dlog4j2.configurationFile={kafka.jars / 'log4j2.properties'}",
        str(ROOT / "examples" / "Subscribe.java"),
        *(bootstrap or outside.broker.bootstrap, code, f"{outside.prefix}-power"),
        *(str(password_file or outside.password_file), str(ca_file or outside.broker.ca_file)),
        *(outside.prefix, str(most)),
    )


async def run(*command: str) -> Sequence[str]:
    """What a program says until it ends well."""
    code, said, errors = await ended(*command)
    assert code == 0, errors
    return said.splitlines()


async def ended(*command: str) -> tuple[int | None, str, str]:
    """How a program ends, and what it says."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(READ_S_MAX):
            said, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    return process.returncode, said.decode(), errors.decode()


def must_be_all(said: Sequence[str]) -> None:
    """Every event once: type, key and version."""
    told = [line.split() for line in said if line.startswith("beaconfire.shared.")]
    assert sorted((kind, int(version)) for kind, _, version in told) == [
        ("beaconfire.shared.incident-shown.v1", 1),
        ("beaconfire.shared.incident-shown.v1", 2),
        ("beaconfire.shared.sharing-begun.v1", 1),
    ]
