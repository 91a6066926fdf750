"""A table of any kind is published in order, whatever is wrong for a while with a topic of it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import MessageSizeTooLargeError, OutOfOrderSequenceNumber

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.log.kafka.publisher import Publisher, Sending
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.topics import TopicUnfit
from beaconfire_testkit.kafka_harness import KafkaHarness


class Numbers(Publisher):
    """Publishes the numbers below ten, once the topic is fit."""

    is_fit = True

    async def _told_after(self, at: LogPosition) -> Sequence[Any]:
        return [{"txid": 1, "row": number} for number in range(at.row + 1, 10)]

    async def _is_held_up(self, at: LogPosition) -> bool:
        return False

    async def _send(self, producer: AIOKafkaProducer, row: Any) -> Sending:
        if not self.is_fit:
            raise TopicUnfit("it has 2 partitions instead of 1")
        return await producer.send(self._name, b"{}", str(row["row"]).encode(), 0)


async def take_up_to(settings: KafkaSettings, topic: str, record_bytes: int) -> None:
    """Somebody says how large a record of a topic may be."""
    admin = AIOKafkaAdminClient(**settings.client("test"))
    await admin.start()
    wanted = {"max.message.bytes": str(record_bytes), "retention.ms": "-1"}
    try:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs=wanted)])
    finally:
        await admin.close()


class Holed(Numbers):
    """A batch is refused, and brokers take nothing behind it from this producer any more."""

    async def go_on_behind_a_hole(self) -> int:
        """What is published once the producer is renewed."""
        assert await self._lease.keep()
        producer = await self._open()
        await producer.send_and_wait(self._name, b"{}", b"0", 0)
        await take_up_to(self._settings, self._name, 1)
        with pytest.raises(MessageSizeTooLargeError):
            await producer.send_and_wait(self._name, b"{}", b"0", 0)
        await take_up_to(self._settings, self._name, 2**20)
        with pytest.raises(OutOfOrderSequenceNumber):
            await producer.send_and_wait(self._name, b"{}", b"0", 0)
        await self._renew()
        sent = await self.step()
        assert self._flying is not None
        await self._flying.landed()
        return sent


@pytest.fixture
async def harness(database: str, kafka: str) -> AsyncGenerator[KafkaHarness]:
    async with KafkaHarness(database, kafka).running() as running:
        await running.stop_relay()
        yield running


async def test_what_an_unfit_topic_held_up_goes_out_once_it_is_mended(
    harness: KafkaHarness,
) -> None:
    numbers = Numbers(harness.writer, harness.settings, "one", harness.presence, harness.topic)
    numbers.is_fit = False
    running = asyncio.create_task(numbers.run())
    async with asyncio.timeout(30):
        while numbers.health.failing != "TopicUnfit":  # noqa: ASYNC110  (health tells nobody)
            await asyncio.sleep(0.02)
        numbers.is_fit = True
        while numbers.health.published < 9:  # noqa: ASYNC110  (health tells nobody)
            await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert (await harness.place()) == (1, 9)
    assert numbers.health.failing is None


async def test_what_brokers_refuse_after_it_was_handed_over_counts_until_something_arrives(
    harness: KafkaHarness,
) -> None:
    """Or nobody would be alarmed, and it would be sent anew as fast as it is refused."""
    numbers = Numbers(harness.writer, harness.settings, "one", harness.presence, harness.topic)
    await take_up_to(harness.settings, harness.topic, 1)
    running = asyncio.create_task(numbers.run())
    async with asyncio.timeout(30):
        while numbers.health.failures < 4:  # noqa: ASYNC110  (health tells nobody)
            await asyncio.sleep(0.02)
        failing = numbers.health.failing
        await take_up_to(harness.settings, harness.topic, 2**20)
        while numbers.health.published < 9:  # noqa: ASYNC110  (health tells nobody)
            await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert failing == "MessageSizeTooLargeError"
    assert (await harness.place()) == (1, 9)
    assert (numbers.health.failing, numbers.health.failures) == (None, 0)


async def test_a_producer_of_whom_one_partition_takes_nothing_any_more_is_renewed_in_passing(
    harness: KafkaHarness,
) -> None:
    numbers = Holed(harness.writer, harness.settings, "one", harness.presence, harness.topic)
    try:
        sent = await numbers.go_on_behind_a_hole()
    finally:
        await numbers.close()

    assert sent == 9
    assert (await harness.place()) == (1, 9)
