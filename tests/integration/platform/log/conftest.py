"""The log on a table and the log on Kafka, each with a writing and a reading service."""

from collections.abc import AsyncGenerator

import pytest

from beaconfire_platform.database import Database
from beaconfire_testkit.kafka_harness import KafkaHarness
from beaconfire_testkit.log_harness import LogHarness


@pytest.fixture
async def service(database: str) -> AsyncGenerator[Database]:
    """The database of a service."""
    async with LogHarness(database).running() as running:
        yield running.reader


@pytest.fixture
async def harness(database: str, kafka: str) -> AsyncGenerator[KafkaHarness]:
    """A log on the broker of this process."""
    async with KafkaHarness(database, kafka).running() as running:
        yield running
