"""What `/metrics` says of shards is said by the process that has them, and by no other."""

import asyncio
import math
from collections.abc import Sequence
from typing import Any

from prometheus_client import REGISTRY

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.health import Reason
from beaconfire_platform.log.port import Share
from beaconfire_platform.process.measures import measure_consumers, measure_lag
from beaconfire_testkit.kafka_harness import KafkaHarness

DEALT_S_MAX = 30
POSITION = "beaconfire_consumer_position_rows"
HEAD = "beaconfire_log_head_rows"


def rows(name: str, topic: str) -> dict[str, float]:
    """What a scrape finds of the shards of a topic."""
    return {
        one.labels["shard"]: one.value
        for family in REGISTRY.collect()
        if family.name == name
        for one in family.samples
        if one.labels["shard"].startswith(f"{topic}/")
    }


def keys_parked(consumer: str, reason: Reason) -> float | None:
    """How many keys a scrape finds parked for a reason."""
    labels = {"consumer": consumer, "reason": reason}
    return REGISTRY.get_sample_value("beaconfire_consumer_keys_parked", labels)


async def measure(*consumers: Consumer) -> None:
    """As at each look at the metrics of the process that has these."""
    await measure_lag(consumers)
    measure_consumers(consumers)


async def dealt(harness: KafkaHarness, consumers: Sequence[Consumer], shards: int) -> None:
    """Go on until the first of these has so many shards."""
    async with asyncio.timeout(DEALT_S_MAX):
        while len(consumers[0].health.positions) != shards:
            for one in consumers:
                if not await one.step():
                    await harness.bell.wait(0.02)


async def test_a_shard_is_told_of_by_whoever_has_it_now_and_by_nobody_else(
    harness: KafkaHarness,
) -> None:
    harness.share = Share.DEALT
    first = harness.consumer("handing", log=harness.log_of("a"))
    second = harness.consumer("handing", log=harness.log_of("b"))
    await dealt(harness, [first], PARTITIONS)
    await measure(first)
    alone = set(rows(POSITION, harness.topic)), set(rows(HEAD, harness.topic))
    await dealt(harness, [first, second], PARTITIONS // 2)
    kept = frozenset(first.health.positions)
    await measure(first)
    shared = set(rows(POSITION, harness.topic)), set(rows(HEAD, harness.topic))
    await first.close()
    await measure(first)
    after_its_end = rows(POSITION, harness.topic), rows(HEAD, harness.topic)

    assert [len(one) for one in alone] == [PARTITIONS, PARTITIONS]
    assert shared == (kept, kept)
    assert after_its_end == ({}, {})


async def test_on_a_topic_the_head_is_behind_the_last_record_and_the_position_comes_to_it(
    harness: KafkaHarness,
) -> None:
    consumer = harness.consumer("coming", batch=2)
    for _ in range(5):
        await harness.tell("a")
    await harness.published()
    async with asyncio.timeout(DEALT_S_MAX):
        while not await consumer.step():
            await harness.bell.wait(0.01)
    await measure(consumer)
    half = sum(rows(POSITION, harness.topic).values())
    heads = [one for one in rows(HEAD, harness.topic).values() if not math.isnan(one)]
    await harness.drain(consumer)
    await measure(consumer)

    assert (half, sum(heads)) == (2, 5)
    assert rows(POSITION, harness.topic) == rows(HEAD, harness.topic)
    assert sum(rows(HEAD, harness.topic).values()) == 5


async def test_a_parked_key_goes_with_its_shard_and_ends_with_what_was_mended(
    harness: KafkaHarness,
) -> None:
    is_mended = asyncio.Event()

    def poison(_told: Envelope[Any]) -> None:
        if not is_mended.is_set():
            raise RuntimeError("planted")

    consumer = harness.consumer("poisoned", before_effect=poison)
    await harness.tell("bad")
    await harness.tell("bad")
    await harness.published()
    async with asyncio.timeout(DEALT_S_MAX):
        while not consumer.health.parked_keys:
            await consumer.step()
    measure_consumers([consumer])
    parked = keys_parked("poisoned", Reason.FAILED)
    await consumer.close()
    measure_consumers([consumer])
    handed_over = keys_parked("poisoned", Reason.FAILED)
    is_mended.set()
    await harness.ask_again("poisoned", "bad")
    async with asyncio.timeout(DEALT_S_MAX):
        while len((await harness.trace("poisoned")).effects) < 2:
            await consumer.step()
    measure_consumers([consumer])

    assert (parked, handed_over) == (1, 0)
    assert {keys_parked("poisoned", reason) for reason in Reason} == {0}
