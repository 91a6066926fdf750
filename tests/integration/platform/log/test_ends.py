"""Where topics end, as the broker says, and how far that is from a position."""

import asyncio

import pytest

from beaconfire_contracts.envelope import START, LogPosition
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.log.kafka.ends import ends_of, facts_behind
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.port import LogAway
from beaconfire_testkit.kafka_harness import KafkaHarness
from beaconfire_testkit.node import free_port

END = LogPosition(5, 0, 10)


async def test_the_ends_of_a_topic_are_what_was_published(harness: KafkaHarness) -> None:
    empty = await ends_of(harness.settings, [harness.topic])
    for key in ("a", "b", "a"):
        await harness.tell(key)
    consumer = harness.consumer("one")
    await harness.drain(consumer)
    ends = await ends_of(harness.settings, [harness.topic])
    read = {shard: facts_behind(at, ends[shard]) for shard, at in consumer.health.positions.items()}

    assert len(empty) == PARTITIONS
    assert sum(end.row for end in empty.values()) == 0
    assert sum(facts_behind(None, end) for end in ends.values()) == 3
    assert set(read.values()) == {0}


async def test_a_running_consumer_knows_how_far_it_is_behind(harness: KafkaHarness) -> None:
    for _ in range(5):
        await harness.tell("a")
    consumer = harness.consumer("one", batch=2)
    unknown = await consumer.behind()
    await harness.published()
    async with asyncio.timeout(10):
        while not await consumer.step():
            await harness.bell.wait(0.01)
    half = await consumer.behind()
    await harness.drain(consumer)

    assert unknown is None
    assert half == 3
    assert await consumer.behind() == 0


async def test_a_topic_that_is_not_there_is_named(harness: KafkaHarness) -> None:
    with pytest.raises(LogAway, match=r"nowhere\.v1 is not there"):
        await ends_of(harness.settings, ["nowhere.v1"])


async def test_a_broker_that_is_away_is_said_to_be() -> None:
    settings = KafkaSettings(f"127.0.0.1:{free_port()}")

    with pytest.raises(LogAway, match="lets nobody in"):
        await ends_of(settings, ["any"])


@pytest.mark.parametrize(
    ("at", "behind"),
    [
        (None, 10),
        (START, 10),
        (LogPosition(5, 0, 4), 6),
        (LogPosition(5, 0, 12), 0),
        (LogPosition(4, 0, 9), 10),  # the topic began anew: all of it comes
    ],
)
def test_what_is_behind_is_counted_from_the_position(at: LogPosition | None, behind: int) -> None:
    assert facts_behind(at, END) == behind
