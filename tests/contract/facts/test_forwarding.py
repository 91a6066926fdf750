"""What a newer build adds to a fact goes on through this one: nobody downstream loses it.

Facts of this build and of older ones (tests/corpus/facts), with members that nobody here knows at
every depth, as a newer instance of the service writes them beside an older one. What goes on is
what was written, byte for byte: when it is published, and when a lost topic is filled again.
"""

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.structs import TopicPartition

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts import FACTS, key_of
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.codec import decode_fact, encode_fact
from beaconfire_platform.database import Tx
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.kafka.client import looking
from beaconfire_platform.log.reaction import Reaction
from beaconfire_testkit.corpus import Corpus
from beaconfire_testkit.kafka_harness import KafkaHarness, MortalRelay
from beaconfire_testkit.log_harness import WRITER

KEPT: Final = Corpus(Path(__file__).parents[2] / "corpus" / "facts").kept()
UNKNOWN: Final = {"told_by_a_newer_build": {"deep": [1, None], "words": "火"}}
ARRIVE_S_MAX: Final = 30


def grown(value: Any) -> Any:
    """The same with a member more in every object."""
    if isinstance(value, dict):
        return {**{name: grown(one) for name, one in value.items()}, **UNKNOWN}
    return [grown(one) for one in value] if isinstance(value, list) else value


WRITTEN: Final = [
    (kept.name, json.dumps(grown(fact), ensure_ascii=False, indent=1))
    for kept in KEPT
    if FACTS[kept.name].service == WRITER
    for fact in kept.examples.values()
]
"""Type and text, spaces and all, of every shape that a fact of the writing service ever had."""


async def on_topic(harness: KafkaHarness, number: int) -> Counter[str]:
    """The values of so many records, as any reader of the topic gets them."""
    found: list[str] = []
    async with looking(harness.settings) as client, asyncio.timeout(ARRIVE_S_MAX):
        partitions = [TopicPartition(harness.topic, one) for one in range(PARTITIONS)]
        client.assign(partitions)
        await client.seek_to_beginning(*partitions)
        while len(found) < number:
            came = await client.getmany(timeout_ms=200)
            found += [
                (record.value or b"").decode() for records in came.values() for record in records
            ]
    return Counter(found)


async def write(harness: KafkaHarness) -> None:
    """All of it, as a newer instance of the writing service would; it is published."""
    for name, text in WRITTEN:
        await harness.tell_of_another_build(key_of(decode_fact(name, text)), name, text)
    await harness.published()


async def test_unknown_fields_survive_forwarding(database: str, kafka: str) -> None:
    written = Counter(text for _, text in WRITTEN)
    async with KafkaHarness(database, kafka).running() as harness:
        await write(harness)
        published = await on_topic(harness, len(WRITTEN))

        await harness.stop_relay()
        await harness.delete_topic()
        await asyncio.sleep(1.1)  # an epoch counts seconds
        await harness.make_topic()
        harness.start_relay()
        filled_again = await on_topic(harness, len(WRITTEN))

    assert published == written
    assert filled_again == written


async def test_unknown_fields_keep_no_consumer_of_this_build_from_what_it_knows(
    database: str, kafka: str
) -> None:
    taken: list[Envelope[Any]] = []

    async def effect(told: Envelope[Any], tx: Tx) -> None:
        del tx
        taken.append(told)

    async with KafkaHarness(database, kafka).running() as harness:
        await write(harness)
        consumer = Consumer(
            "older",
            log=harness.log,
            database=harness.reader,
            sources=frozenset({WRITER}),
            reactions={FACTS[name].factclass: Reaction(effect) for name, _ in WRITTEN},
            share=harness.share,
        )
        await harness.drain(consumer)
        await consumer.close()
        parked = await harness.parked("older")

    known = Counter(encode_fact(decode_fact(name, text)) for name, text in WRITTEN)
    assert Counter(encode_fact(one.fact) for one in taken) == known
    assert parked == []


class Rewriting(MortalRelay):
    """The planted fault: published is what this build understood, not what was written."""

    async def _send(self, producer: AIOKafkaProducer, row: Any) -> asyncio.Future[Any]:
        understood = encode_fact(decode_fact(row["type"], row["data"]))
        return await super()._send(producer, dict(row) | {"data": understood})


class RewritingOnKafka(KafkaHarness):
    """With that relay."""

    relay_kind = Rewriting


async def test_a_relay_that_writes_facts_anew_is_caught(database: str, kafka: str) -> None:
    async with RewritingOnKafka(database, kafka).running() as harness:
        await write(harness)
        published = await on_topic(harness, len(WRITTEN))

    assert published != Counter(text for _, text in WRITTEN)
    assert not any("told_by_a_newer_build" in text for text in published)
