"""A service whose user may write on others' topics does not start; one whose user may not does."""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer

from beaconfire_platform.log.kafka.self_check import (
    RightsTooWide,
    check_rights,
    foreign_topics,
    writable,
)
from beaconfire_platform.log.kafka.settings import SASL_SSL, KafkaSettings
from beaconfire_platform.log.kafka.topics import FOR_EVER, Topic, make_topics
from beaconfire_platform.log.port import LogAway
from beaconfire_platform.process.apart import EXIT_CANNOT_START
from beaconfire_testkit.kafka_secure import OPERATOR, SecureBroker
from beaconfire_testkit.ports import lasting_ports
from beaconfire_testkit.service import SIGNING_KEY


def as_user(broker: SecureBroker, user: str, prefix: str) -> KafkaSettings:
    """How a user comes to the broker."""
    return KafkaSettings(
        broker.bootstrap, SASL_SSL, user, broker.passwords[user], broker.ca_file, prefix
    )


async def test_a_user_who_may_write_on_its_own_topic_alone_is_let_start(
    secure_kafka: SecureBroker,
) -> None:
    await secure_kafka.add_user("narrow")
    await secure_kafka.allow("narrow", "WRITE", topic="narrow.dispatch.v1")
    await secure_kafka.allow("narrow", "READ", topic="narrow.", prefix=True)
    settings = as_user(secure_kafka, "narrow", "narrow")
    await make_topics(
        as_user(secure_kafka, OPERATOR, "narrow"),
        [Topic(one, 1, FOR_EVER) for one in ("dispatch", "incident")],
    )

    await check_rights(settings, "dispatch")

    assert await writable(settings, ["narrow.dispatch.v1", "narrow.incident.v1"]) == [
        "narrow.dispatch.v1"
    ]


async def test_a_user_who_may_write_on_anothers_topic_is_named_with_it(
    secure_kafka: SecureBroker,
) -> None:
    await secure_kafka.add_user("wide")
    await secure_kafka.allow("wide", "WRITE", topic="wide.geo.v1")
    settings = as_user(secure_kafka, "wide", "wide")

    with pytest.raises(RightsTooWide, match=r"the user wide write on wide\.geo\.v1, which"):
        await check_rights(settings, "dispatch")
    await check_rights(settings, "geo")


async def test_looking_writes_nothing(secure_kafka: SecureBroker) -> None:
    settings = as_user(secure_kafka, OPERATOR, "untouched")
    await make_topics(settings, [Topic("geo", 1, FOR_EVER)])

    assert "untouched.geo.v1" in await writable(settings, foreign_topics(settings, "dispatch"))

    async with AIOKafkaConsumer("untouched.geo.v1", **settings.client("test")) as consumer:
        [partition] = consumer.assignment()
        assert await consumer.end_offsets([partition]) == {partition: 0}


async def test_a_service_with_rights_that_are_too_wide_says_so_and_ends(
    secure_kafka: SecureBroker, tmp_path: Path
) -> None:
    key, password = tmp_path / "token.jwk", tmp_path / "password"
    key.write_text(SIGNING_KEY)
    key.chmod(0o600)
    password.write_text(secure_kafka.passwords[OPERATOR])
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "beaconfire_geo",
        stderr=asyncio.subprocess.PIPE,
        env=os.environ
        | {
            "BEACONFIRE_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing",
            "BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": secure_kafka.bootstrap,
            "BEACONFIRE_KAFKA_SECURITY": SASL_SSL,
            "BEACONFIRE_KAFKA_USERNAME": OPERATOR,
            "BEACONFIRE_KAFKA_PASSWORD_FILE": str(password),
            "BEACONFIRE_KAFKA_CA_FILE": str(secure_kafka.ca_file),
            "BEACONFIRE_KEY_FOLDER": str(tmp_path),
            "BEACONFIRE_PUBLIC_KEYS": str(tmp_path),
            "BEACONFIRE_ORIGIN": "http://127.0.0.1:9",
            "BEACONFIRE_PORT": str(lasting_ports(1)[0]),
        },
    )

    _, said = await process.communicate()

    assert process.returncode == EXIT_CANNOT_START
    [line] = said.decode().splitlines()
    assert line.startswith("beaconfire geo cannot start: Kafka lets the user operator write on")


async def test_a_broker_that_is_away_says_nothing_of_rights(secure_kafka: SecureBroker) -> None:
    settings = as_user(secure_kafka, OPERATOR, "beaconfire")

    with pytest.raises(LogAway):
        await check_rights(replace(settings, bootstrap="127.0.0.1:9"), "geo")


async def test_without_users_there_is_nothing_to_look_at() -> None:
    await check_rights(KafkaSettings("127.0.0.1:9"), "geo")
