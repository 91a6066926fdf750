"""The planted faults of the log on Kafka are faults: each does what the rule forbids."""

import asyncio

from beaconfire_testkit.kafka_faults import (
    LockingLateOnKafka,
    MovingBeforeAcknowledged,
    RelayingAboveLast,
    RelayingOutOfOrder,
)
from beaconfire_testkit.kafka_harness import KafkaHarness


async def on_topic(harness: KafkaHarness) -> list[tuple[str, int]]:
    """Key and version of everything on the topic."""
    return [(one.key, one.key_version) for one in await harness.records()]


async def test_a_hasty_relay_publishes_what_the_horizon_still_hides(
    database: str, kafka: str
) -> None:
    async with RelayingAboveLast(database, kafka).running() as hasty:
        told, goes_on = asyncio.Event(), asyncio.Event()
        slow = asyncio.create_task(hasty.tell_held("slow", told, goes_on))
        await told.wait()
        await hasty.tell("quick")
        async with asyncio.timeout(30):
            while await hasty.place() in (None, (0, 0)):
                await hasty.bell.wait(0.01)
        goes_on.set()
        await slow
        await hasty.published()

        assert await on_topic(hasty) == [("quick", 1)]


async def test_a_disorderly_relay_publishes_a_later_version_first(
    database: str, kafka: str
) -> None:
    async with RelayingOutOfOrder(database, kafka).running() as disorderly:
        for _ in range(3):
            await disorderly.tell("a")
        await disorderly.published()

        assert await on_topic(disorderly) != [("a", 1), ("a", 2), ("a", 3)]


async def test_a_forgetful_relay_that_dies_has_not_published_what_it_says(
    database: str, kafka: str
) -> None:
    async with MovingBeforeAcknowledged(database, kafka).running() as forgetful:
        await forgetful.tell("a")
        await forgetful.published()
        await forgetful.kill_relay()

        assert await on_topic(forgetful) == []


async def test_writers_that_lock_late_tell_a_later_version_first(database: str, kafka: str) -> None:
    async with LockingLateOnKafka(database, kafka).running() as late:
        slow = asyncio.create_task(late.tell("a", pause_s=0.4))
        await asyncio.sleep(0.1)
        await late.tell("a")
        await slow
        await late.published()

        assert await on_topic(late) == [("a", 2), ("a", 1)]
