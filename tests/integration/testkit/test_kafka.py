"""A broker that tests may lean on: it answers when it is handed over, and comes back as it was."""

import asyncio
import os
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import UnknownTopicOrPartitionError

from beaconfire_platform.ids import new_id
from beaconfire_testkit.kafka import Broker
from beaconfire_testkit.kafka_jars import KafkaBroken


async def make_topic(bootstrap: str, *, copies: int = 1) -> str:
    name = f"t{os.getpid()}-{new_id()[-12:]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, 1, copies)])
    finally:
        await admin.close()
    return name


async def put(bootstrap: str, topic: str, *values: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True) as producer:
        for value in values:
            await producer.send_and_wait(topic, value, b"key", headers=[("ce_id", value)])


async def everything(bootstrap: str, topic: str, number: int) -> list[bytes]:
    async with AIOKafkaConsumer(
        bootstrap_servers=bootstrap, auto_offset_reset="earliest"
    ) as reader:
        reader.assign([TopicPartition(topic, 0)])
        return [bytes((await reader.getone()).value or b"") for _ in range(number)]


async def test_what_is_sent_is_received_by_a_group(kafka: str) -> None:
    topic = await make_topic(kafka)

    await put(kafka, topic, b"one", b"two")
    reader = AIOKafkaConsumer(
        topic, bootstrap_servers=kafka, group_id=topic, auto_offset_reset="earliest"
    )
    async with reader:
        first, second = await reader.getone(), await reader.getone()
        await reader.commit()

        assert [first.value, second.value] == [b"one", b"two"]
        assert list(first.headers) == [("ce_id", b"one")]
        assert await reader.committed(TopicPartition(topic, 0)) == 2


async def test_a_topic_that_nobody_made_is_not_made_by_writing(own_kafka: Broker) -> None:
    async with AIOKafkaProducer(**own_kafka.client, request_timeout_ms=2_000) as producer:
        with pytest.raises(UnknownTopicOrPartitionError):
            await producer.send_and_wait("nobody-made-this", b"x")

    admin = AIOKafkaAdminClient(**own_kafka.client)
    await admin.start()
    try:
        assert "nobody-made-this" not in await admin.list_topics()
    finally:
        await admin.close()


async def test_a_killed_broker_comes_back_with_its_port_and_all_it_took(own_kafka: Broker) -> None:
    topic = await make_topic(own_kafka.bootstrap)
    await put(own_kafka.bootstrap, topic, b"before")
    was_at, first = own_kafka.bootstrap, own_kafka.pid

    await own_kafka.kill()
    assert not own_kafka.is_running
    await own_kafka.start()
    await put(own_kafka.bootstrap, topic, b"after")

    assert (own_kafka.bootstrap, own_kafka.pid != first) == (was_at, True)
    assert await everything(own_kafka.bootstrap, topic, 2) == [b"before", b"after"]


async def test_a_stopped_broker_comes_back_with_all_it_took(own_kafka: Broker) -> None:
    topic = await make_topic(own_kafka.bootstrap)
    await put(own_kafka.bootstrap, topic, b"before")

    await own_kafka.stop()
    await own_kafka.start()

    assert await everything(own_kafka.bootstrap, topic, 1) == [b"before"]


async def test_a_paused_broker_takes_nothing_until_it_goes_on(own_kafka: Broker) -> None:
    topic = await make_topic(own_kafka.bootstrap)
    async with AIOKafkaProducer(**own_kafka.client, enable_idempotence=True) as producer:
        await producer.send_and_wait(topic, b"before")

        own_kafka.pause()
        sent = await producer.send(topic, b"while it stood still")
        done, _ = await asyncio.wait([sent], timeout=0.5)
        own_kafka.resume()
        await sent

    assert not done
    assert await everything(own_kafka.bootstrap, topic, 2) == [b"before", b"while it stood still"]


async def test_a_broker_whose_port_is_taken_does_not_start(
    own_kafka: Broker, tmp_path: Path
) -> None:
    second = Broker(own_kafka.kafka, tmp_path, port=own_kafka.port, controller_port=1)

    with pytest.raises(KafkaBroken, match=str(own_kafka.port)):
        await second.start()

    assert not second.is_running


async def test_a_broker_that_ends_at_its_start_says_why(own_kafka: Broker, tmp_path: Path) -> None:
    broker = Broker(own_kafka.kafka, tmp_path, settings={"num.io.threads": "0"})

    with pytest.raises(KafkaBroken, match=r"num\.io\.threads"):
        await broker.start()

    assert not broker.is_running
