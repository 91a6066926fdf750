"""A table of any kind is published in order, whatever is wrong for a while with a topic of it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.log.kafka.publisher import Publisher, Sending
from beaconfire_platform.log.kafka.topics import TopicUnfit
from beaconfire_testkit.kafka_harness import KafkaHarness


class Numbers(Publisher):
    """Publishes the numbers below ten, once the topic is fit."""

    is_fit = False

    async def _told_after(self, at: LogPosition) -> Sequence[Any]:
        return [{"txid": 1, "row": number} for number in range(at.row + 1, 10)]

    async def _is_held_up(self, at: LogPosition) -> bool:
        return False

    async def _send(self, producer: AIOKafkaProducer, row: Any) -> Sending:
        if not self.is_fit:
            raise TopicUnfit("it has 2 partitions instead of 1")
        return await producer.send(self._name, b"{}", str(row["row"]).encode(), 0)


@pytest.fixture
async def harness(database: str, kafka: str) -> AsyncGenerator[KafkaHarness]:
    async with KafkaHarness(database, kafka).running() as running:
        await running.stop_relay()
        yield running


async def test_what_an_unfit_topic_held_up_goes_out_once_it_is_mended(
    harness: KafkaHarness,
) -> None:
    numbers = Numbers(harness.writer, harness.settings, "one", harness.presence, harness.topic)
    running = asyncio.create_task(numbers.run())
    async with asyncio.timeout(30):
        while numbers.health.failing != "TopicUnfit":  # noqa: ASYNC110  (health tells nobody)
            await asyncio.sleep(0.02)
        Numbers.is_fit = True
        while numbers.health.published < 9:  # noqa: ASYNC110  (health tells nobody)
            await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert (await harness.place()) == (1, 9)
    assert numbers.health.failing is None
