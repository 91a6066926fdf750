"""Real brokers for tests: started when the first test asks, stopped at the end of the process."""

import os
import shutil
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.topics import Topic, make_topics
from beaconfire_testkit.kafka import Broker
from beaconfire_testkit.kafka_cluster import Brokers
from beaconfire_testkit.kafka_jars import Kafka, KafkaMissing
from beaconfire_testkit.kafka_secure import SecureBroker
from beaconfire_testkit.memory import server_folder


def kafka_or_skip() -> Kafka:
    """What runs a broker here. Where nothing does, the test is skipped, which fails under CI."""
    try:
        return Kafka.here()
    except KafkaMissing as missing:
        pytest.skip(str(missing))


_B = TypeVar("_B", bound="_Startable")


class _Startable(Protocol):
    """A broker, or several."""

    async def start(self) -> None: ...
    async def kill(self) -> None: ...


@asynccontextmanager
async def running(make: Callable[[Kafka, Path], _B]) -> AsyncGenerator[_B]:
    """Whatever is made on a folder of its own: started, and gone at the end whatever happened."""
    kafka = kafka_or_skip()
    folder = server_folder("beaconfire-kafka-")
    made = make(kafka, folder)
    try:
        await made.start()
        yield made
    finally:
        await made.kill()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def topic_alone(kafka: str, topic: Topic) -> AsyncGenerator[KafkaSettings]:
    """A topic of one test's own on a broker that all share, deleted at the end."""
    made = KafkaSettings(kafka, prefix=f"t{os.getpid()}-{new_id()[-12:]}")
    await make_topics(made, [topic])
    yield made
    admin = AIOKafkaAdminClient(**made.client("test"))
    await admin.start()
    try:
        await admin.delete_topics([made.topic(topic.source)])
    finally:
        await admin.close()


@pytest.fixture(scope="session")
async def kafka() -> AsyncGenerator[str]:
    """The bootstrap servers of a plain broker: `KAFKA_BOOTSTRAP_SERVERS`, or one of our own.

    It is shared by all tests of this process: give your topics names of your own.
    """
    named = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if named:
        yield named
        return
    async with running(Broker) as broker:
        yield broker.bootstrap


@pytest.fixture
async def own_kafka() -> AsyncGenerator[Broker]:
    """A broker of one test's own, which may kill it."""
    async with running(Broker) as broker:
        yield broker


@pytest.fixture(scope="session")
async def secure_kafka() -> AsyncGenerator[SecureBroker]:
    """A broker behind TLS, passwords and rights; make users and topics with names of your own."""
    async with running(SecureBroker) as broker:
        yield broker


@pytest.fixture(scope="session")
async def three_kafkas() -> AsyncGenerator[Brokers]:
    """Three brokers, for tests in which some are lost; `start()` brings back all that are."""
    async with running(Brokers.below) as brokers:
        yield brokers
