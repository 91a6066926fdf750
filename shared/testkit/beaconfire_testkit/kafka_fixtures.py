"""Real brokers for tests: started when the first test asks, stopped at the end of the process."""

import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from beaconfire_testkit.kafka import Broker, Kafka, KafkaMissing
from beaconfire_testkit.memory import server_folder


def kafka_or_skip() -> Kafka:
    """What runs a broker here. Where nothing does, the test is skipped, which fails under CI."""
    try:
        return Kafka.here()
    except KafkaMissing as missing:
        pytest.skip(str(missing))


@asynccontextmanager
async def running_broker() -> AsyncGenerator[Broker]:
    """A plain broker on a folder of its own, gone at the end whatever happened."""
    kafka = kafka_or_skip()
    folder = server_folder("beaconfire-kafka-")
    broker = Broker(kafka, folder)
    try:
        await broker.start()
        yield broker
    finally:
        await broker.kill()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def kafka() -> AsyncGenerator[str]:
    """The bootstrap servers of a plain broker: `KAFKA_BOOTSTRAP_SERVERS`, or one of our own.

    It is shared by all tests of this process: give your topics names of your own.
    """
    named = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if named:
        yield named
        return
    async with running_broker() as broker:
        yield broker.bootstrap


@pytest.fixture
async def own_kafka() -> AsyncGenerator[Broker]:
    """A broker of one test's own, which may kill it."""
    async with running_broker() as broker:
        yield broker
