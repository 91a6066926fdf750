"""A broker that lets nobody do what was not granted: each refusal by its name."""

import os
import ssl
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    TopicAuthorizationFailedError,
)

from beaconfire_platform.ids import new_id
from beaconfire_testkit.kafka_secure import SECRETS, SECURED, SecureBroker, read_properties

pytestmark = pytest.mark.apart


def a_name() -> str:
    return f"t{os.getpid()}-{new_id()[-12:]}"


async def make_topics(broker: SecureBroker, *names: str) -> None:
    admin = AIOKafkaAdminClient(**broker.client)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, 1, 1) for name in names])
    finally:
        await admin.close()


async def put(client: dict[str, Any], topic: str) -> None:
    producer = AIOKafkaProducer(**client, enable_idempotence=True)
    try:
        await producer.start()
        await producer.send_and_wait(topic, b"told")
    finally:
        await producer.stop()


async def take(client: dict[str, Any], topic: str, group: str) -> bytes | None:
    reader = AIOKafkaConsumer(topic, **client, group_id=group, auto_offset_reset="earliest")
    try:
        await reader.start()
        return (await reader.getone()).value
    finally:
        await reader.stop()


async def come(client: dict[str, Any]) -> None:
    """Only come in."""
    admin = AIOKafkaAdminClient(**client)
    try:
        await admin.start()
    finally:
        await admin.close()


def test_the_file_that_operators_start_from_has_nothing_in_clear_and_asks_for_rights() -> None:
    said = read_properties(SECURED, {SECRETS: "/here"})

    assert "PLAINTEXT" not in SECURED.read_text()
    assert set(said["listener.security.protocol.map"].split(",")) == {
        "BROKER:SASL_SSL",
        "CONTROLLER:SASL_SSL",
    }
    assert said["sasl.enabled.mechanisms"] == "SCRAM-SHA-512"
    assert said["authorizer.class.name"].endswith(".StandardAuthorizer")
    assert said["allow.everyone.if.no.acl.found"] == "false"
    assert said["auto.create.topics.enable"] == "false"
    assert said["ssl.keystore.location"] == "/here/broker.pem"


async def test_the_broker_runs_by_that_file(secure_kafka: SecureBroker) -> None:
    own = {"advertised.listeners", "controller.quorum.voters", "listeners", "log.dirs"}
    said = read_properties(SECURED, {SECRETS: str(secure_kafka.folder)})
    runs = read_properties(secure_kafka.folder / "server.properties", {})

    assert {name: runs.get(name) for name in said.keys() - own} == {
        name: said[name] for name in said.keys() - own
    }


async def test_who_is_granted_it_writes_and_reads(secure_kafka: SecureBroker) -> None:
    topic, group, writer, reader = a_name(), a_name(), a_name(), a_name()
    await make_topics(secure_kafka, topic)
    for user in (writer, reader):
        await secure_kafka.add_user(user)
    await secure_kafka.allow(writer, "WRITE", topic=topic)
    await secure_kafka.allow(reader, "READ", topic=topic)
    await secure_kafka.allow(reader, "READ", group=group)

    await put(secure_kafka.client_of(writer), topic)

    assert await take(secure_kafka.client_of(reader), topic, group) == b"told"


async def test_every_other_topic_group_and_writing_is_refused(secure_kafka: SecureBroker) -> None:
    mine, other, group, user = a_name(), a_name(), a_name(), a_name()
    await make_topics(secure_kafka, mine, other)
    await put(secure_kafka.client, other)
    await secure_kafka.add_user(user)
    await secure_kafka.allow(user, "READ", topic=mine)
    await secure_kafka.allow(user, "READ", group=group)
    client = secure_kafka.client_of(user)

    with pytest.raises(TopicAuthorizationFailedError):
        await take(client, other, group)
    with pytest.raises(GroupAuthorizationFailedError):
        await take(client, mine, a_name())
    with pytest.raises(ClusterAuthorizationFailedError):
        await put(client, mine)
    await secure_kafka.allow(user, "WRITE", topic=mine)
    await put(client, mine)
    with pytest.raises(TopicAuthorizationFailedError):
        await put(client, other)


async def test_what_is_taken_back_is_refused_again(secure_kafka: SecureBroker) -> None:
    topic, group, user = f"{a_name()}.v1", a_name(), a_name()
    await make_topics(secure_kafka, topic)
    await secure_kafka.add_user(user)
    await secure_kafka.allow(user, "READ", "WRITE", topic=topic)
    await secure_kafka.allow(user, "READ", group=group[:-4], prefix=True)
    client = secure_kafka.client_of(user)
    await put(client, topic)
    assert await take(client, topic, group) == b"told"

    await secure_kafka.forbid(user, "READ", topic=topic)

    with pytest.raises(TopicAuthorizationFailedError):
        await take(client, topic, group)


async def test_who_has_a_wrong_password_or_none_or_is_unknown_does_not_come_in(
    secure_kafka: SecureBroker,
) -> None:
    user = a_name()
    await secure_kafka.add_user(user)
    await come(secure_kafka.client_of(user))

    plain = {"bootstrap_servers": secure_kafka.bootstrap}
    in_clear = secure_kafka.client_of(user) | {"security_protocol": "SASL_PLAINTEXT"}
    no_password = {
        **plain,
        "security_protocol": "SSL",
        "ssl_context": ssl.create_default_context(cafile=str(secure_kafka.ca_file)),
    }
    other_authority = secure_kafka.client_of(user) | {"ssl_context": ssl.create_default_context()}
    wrong = secure_kafka.client_of(user, "wrong")
    unknown = secure_kafka.client_of(a_name(), "wrong")
    for client in (wrong, unknown, plain, in_clear, no_password, other_authority):
        with pytest.raises(KafkaConnectionError):
            await come(client | {"request_timeout_ms": 2_000})
