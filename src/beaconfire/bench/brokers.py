"""The Kafka that is measured: named by `KAFKA_BOOTSTRAP_SERVERS`, with topics of our own on it."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import TopicPartition

from beaconfire.bench.database import SERVICE
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.publisher import BATCH_BYTES_MAX
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.topics import FOR_EVER, PARTITIONS, Topic, make_topics

BROKERS: Final = "KAFKA_BOOTSTRAP_SERVERS"


def brokers() -> str | None:
    """Where they are; None where nobody said."""
    return os.environ.get(BROKERS) or None


@asynccontextmanager
async def a_topic(bootstrap: str) -> AsyncGenerator[KafkaSettings]:
    """Settings with a topic of the bench's service under another name, deleted at the end."""
    settings = KafkaSettings(bootstrap, prefix=f"bench-{new_id()[-12:]}")
    await make_topics(settings, [Topic(SERVICE, PARTITIONS, FOR_EVER)])
    try:
        yield settings
    finally:
        admin = AIOKafkaAdminClient(**settings.client("bench"))
        await admin.start()
        await admin.delete_topics([settings.topic(SERVICE)])
        await admin.close()


@asynccontextmanager
async def bare_producer(settings: KafkaSettings) -> AsyncGenerator[AIOKafkaProducer]:
    """As the relay's own: idempotent, acknowledged by all, the same batches."""
    client: dict[str, Any] = settings.client("bench")
    producer = AIOKafkaProducer(
        **client, enable_idempotence=True, acks="all", max_batch_size=BATCH_BYTES_MAX
    )
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


@asynccontextmanager
async def bare_consumer(bootstrap: str, topic: str) -> AsyncGenerator[AIOKafkaConsumer]:
    """Of all that comes on a topic from now on; it commits nothing."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, group_id=None, enable_auto_commit=False,
        auto_offset_reset="latest",
    )  # fmt: skip
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, number) for number in range(PARTITIONS)])
        yield consumer
    finally:
        await consumer.stop()
