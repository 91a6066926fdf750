"""Three brokers: while two are left, what was acknowledged stays and more is taken."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from beaconfire_platform.ids import new_id
from beaconfire_testkit.kafka_cluster import Brokers

pytestmark = pytest.mark.apart


async def make_topic(brokers: Brokers) -> str:
    """A topic that every broker knows of, with a copy on each."""
    name = f"t{os.getpid()}-{new_id()[-12:]}"
    async with asking(brokers.client) as admin:
        await admin.create_topics([NewTopic(name, 1, len(brokers.nodes))])
    for node in brokers.nodes:
        async with asking(node.client) as admin:
            while len((await partition(admin, name)).get("isr", ())) < len(brokers.nodes):  # noqa: ASYNC110  (a broker has no event)
                await asyncio.sleep(0.05)
    return name


async def leader_of(brokers: Brokers, topic: str) -> int:
    async with asking(brokers.client) as admin:
        return int((await partition(admin, topic))["leader"])


@asynccontextmanager
async def asking(client: dict[str, Any]) -> AsyncGenerator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**client)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def partition(admin: AIOKafkaAdminClient, topic: str) -> dict[str, Any]:
    """What is known of a topic's one partition; nothing, where it is not known yet."""
    (about,) = await admin.describe_topics([topic])
    return about["partitions"][0] if about["partitions"] else {}


async def test_one_is_killed_and_writes_go_on_and_nothing_is_lost(three_kafkas: Brokers) -> None:
    topic = await make_topic(three_kafkas)
    told = [str(number).encode() for number in range(60)]
    first = await leader_of(three_kafkas, topic)

    producer = AIOKafkaProducer(**three_kafkas.client, acks="all", enable_idempotence=True)
    async with producer:
        for value in told[:20]:
            await producer.send_and_wait(topic, value)
        await three_kafkas.nodes[first - 1].kill()
        for value in told[20:40]:
            await producer.send_and_wait(topic, value)

        assert not three_kafkas.nodes[first - 1].is_running
        await three_kafkas.start()
        for value in told[40:]:
            await producer.send_and_wait(topic, value)

    reader = AIOKafkaConsumer(**three_kafkas.client, auto_offset_reset="earliest")
    async with reader:
        reader.assign([TopicPartition(topic, 0)])
        assert [(await reader.getone()).value for _ in told] == told


async def test_two_are_killed_and_a_write_waits_until_they_are_back(three_kafkas: Brokers) -> None:
    topic = await make_topic(three_kafkas)
    producer = AIOKafkaProducer(
        **three_kafkas.client, acks="all", enable_idempotence=True, request_timeout_ms=120_000
    )
    async with producer:
        await producer.send_and_wait(topic, b"before")
        for node in three_kafkas.nodes[:2]:
            await node.kill()
        sent = await producer.send(topic, b"in between")
        done, _ = await asyncio.wait([sent], timeout=1)
        await three_kafkas.start()
        await sent

    reader = AIOKafkaConsumer(**three_kafkas.client, auto_offset_reset="earliest")
    async with reader:
        reader.assign([TopicPartition(topic, 0)])
        assert [(await reader.getone()).value for _ in range(2)] == [b"before", b"in between"]
    assert not done
