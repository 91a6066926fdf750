"""A reader throws its client away when it fails, stands still or has no broker, and begins anew."""

import asyncio
import random
from typing import Any

import pytest
from structlog.testing import capture_logs

from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.kafka import fetching as fetching_module
from beaconfire_platform.log.kafka import reader as reader_module
from beaconfire_platform.log.kafka.log import KafkaLog
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.reader import KafkaReader
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.port import LogAway, LogStuck, Share
from beaconfire_platform.process.health import FAILURES_MAX
from beaconfire_testkit.kafka_harness import KafkaHarness
from beaconfire_testkit.log_harness import WRITER
from beaconfire_testkit.log_suite import require_all_of


def reader_of(harness: KafkaHarness, source: str = WRITER) -> KafkaReader:
    made = harness.log.reader("one", frozenset({source}), share=Share.EVERYBODY)
    assert isinstance(made, KafkaReader)
    return made


def client_of(consumer: Consumer) -> Any:
    """What it reads with just now."""
    fetching = vars(vars(consumer)["_reader"])["_fetching"]
    return None if fetching is None else vars(fetching)["_clients"][0]


async def test_a_topic_that_is_not_there_is_named(harness: KafkaHarness) -> None:
    reader = reader_of(harness, "nobody")

    with pytest.raises(LogAway, match=r"the topic .*nobody\.v1 is not there: make the topics"):
        await reader.shards()
    await reader.close()


async def test_who_reads_before_the_topic_is_made_reads_when_it_is(harness: KafkaHarness) -> None:
    await harness.stop_relay()
    await harness.delete_topic()
    run = asyncio.create_task(harness.consumer("early").run())
    await asyncio.sleep(0.3)
    await harness.make_topic()
    harness.start_relay()
    await harness.tell("a")
    async with asyncio.timeout(30):
        while not (await harness.trace("early")).effects:
            await harness.bell.wait(0.05)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)

    await require_all_of(harness, "early")


async def test_where_no_broker_is_it_says_so_at_once(harness: KafkaHarness) -> None:
    await harness.stop_relay()
    nowhere = KafkaSettings("127.0.0.1:1")
    reader = KafkaLog(nowhere, harness.reader, "one", Presence(nowhere)).reader(
        "one", frozenset({WRITER}), share=Share.EVERYBODY
    )

    with pytest.raises(LogAway, match="lets nobody in"):
        await reader.shards()


@pytest.mark.parametrize("seed", range(8))
async def test_one_whose_opening_was_cancelled_is_not_half_open(
    harness: KafkaHarness, seed: int
) -> None:
    reader = reader_of(harness)
    opening = asyncio.create_task(reader.shards())
    await asyncio.sleep(random.Random(seed).uniform(0, 0.05))
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)

    assert await reader.shards() == frozenset(await harness.log.shards(frozenset({WRITER})))
    await reader.close()


async def test_a_client_that_gives_nothing_though_there_is_more_is_replaced(
    harness: KafkaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R18: aiokafka has been seen to go on living without ever fetching again."""
    monkeypatch.setattr(fetching_module, "STALLED_S_MAX", 0.5)
    monkeypatch.setattr(reader_module, "LOOK_S", 0.1)
    consumer = harness.consumer("stalled")
    await harness.tell("a")
    await harness.drain(consumer)
    client = client_of(consumer)
    client.pause(*client.assignment())
    await harness.tell("a")
    await harness.published()

    run = asyncio.create_task(consumer.run())
    async with asyncio.timeout(30):
        while len((await harness.trace("stalled")).effects) < 2:
            await harness.bell.wait(0.05)
    assert client_of(consumer) is not client
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)

    await require_all_of(harness, "stalled")


async def test_one_that_stands_still_again_and_again_is_told_and_is_tried_more_and_more_rarely(
    harness: KafkaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came well in between, a client that opens and a fact now and then, hides nothing."""
    monkeypatch.setattr(fetching_module, "STALLED_S_MAX", 0.02)
    monkeypatch.setattr(reader_module, "LOOK_S", 0)
    consumer = harness.consumer("stalled")
    await harness.tell("a")
    await harness.published()
    with capture_logs() as said:
        run = asyncio.create_task(consumer.run())
        async with asyncio.timeout(30):
            while consumer.health.failures < FAILURES_MAX:
                if (client := client_of(consumer)) is not None and client.assignment():
                    client.pause(*client.assignment())
                await harness.bell.wait(0.005)
        assert consumer.health.failing == LogStuck.__name__
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)

    failed = [one["in_a_row"] for one in said if one["event"] == "consumer_failed"]
    assert failed == [*range(1, FAILURES_MAX + 1)]


async def test_what_was_given_back_is_taken_again_from_the_books(harness: KafkaHarness) -> None:
    consumer = harness.consumer("closing")
    for _ in range(3):
        await harness.tell("a", "b")
        await harness.drain(consumer)
        await consumer.close()

    await require_all_of(harness, "closing")
    assert consumer.health.skipped == 0


async def test_a_wrong_address_is_told_in_a_sentence() -> None:
    settings = KafkaSettings("127.0.0.1:1")

    assert settings.unreached == (
        "Kafka at 127.0.0.1:1 lets nobody in (is it running, and is the address right?)"
    )
