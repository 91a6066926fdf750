"""Who fetches for a reader: each topic by itself, nothing lost or twice, nobody hidden."""

import asyncio
import random
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import OffsetOutOfRangeError
from aiokafka.structs import TopicPartition

from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka import fetching as fetching_module
from beaconfire_platform.log.kafka import reader as reader_module
from beaconfire_platform.log.kafka.client import looking
from beaconfire_platform.log.kafka.extent import Extents
from beaconfire_platform.log.kafka.fetching import Fetching
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.topics import FOR_EVER, Topic, make_topics
from beaconfire_platform.log.port import LogStuck
from beaconfire_testkit.kafka_harness import KafkaHarness

PARTITIONS: Final = 3
SOURCES: Final = ("dispatch", "geo", "incident")


class Topics:
    """Some topics with a few partitions, and who writes to them."""

    def __init__(self, settings: KafkaSettings, producer: AIOKafkaProducer) -> None:
        self.settings = settings
        self.names = tuple(settings.topic(one) for one in SOURCES)
        self.partitions = [
            TopicPartition(topic, number) for topic in self.names for number in range(PARTITIONS)
        ]
        self.ends = dict.fromkeys(self.partitions, 0)
        self._producer = producer

    async def write(self, partition: TopicPartition) -> None:
        """One record more."""
        await self._producer.send_and_wait(
            partition.topic, b"%d" % self.ends[partition], partition=partition.partition
        )
        self.ends[partition] += 1


@pytest.fixture
async def topics(kafka: str) -> AsyncGenerator[Topics]:
    settings = KafkaSettings(kafka, prefix=f"fetching-{new_id()[-12:]}")
    await make_topics(settings, [Topic(one, PARTITIONS, FOR_EVER) for one in SOURCES])
    async with AIOKafkaProducer(**settings.client("test")) as producer:
        yield Topics(settings, producer)


@asynccontextmanager
async def fetching(topics: Topics, gather_s: float = 0) -> AsyncGenerator[Fetching]:
    made = Fetching(topics.settings, topics.names, gather_s)
    try:
        assert set(topics.names) <= await made.begin()
        made.assign(topics.partitions)
        for one in topics.partitions:
            made.seek(one, 0)
        yield made
    finally:
        await made.stop()


def clients_of(made: Fetching) -> Mapping[str, Any]:
    """By topic."""
    return vars(made)["_of"]


def pause(client: Any) -> None:
    """It gives nothing any more."""
    client.pause(*client.assignment())


def take(made: Fetching, found: dict[TopicPartition, list[int]]) -> None:
    """Read whatever came."""
    for one, come in made.come.items():
        while come:
            found.setdefault(one, []).append(come.popleft().offset)


async def read_to_the_end(
    made: Fetching, topics: Topics, found: dict[TopicPartition, list[int]]
) -> None:
    async with asyncio.timeout(30):
        while any(len(found.get(one, [])) < end for one, end in topics.ends.items()):
            await made.fetch(0.2)
            take(made, found)


@pytest.mark.parametrize("gather_s", [0, 0.05])
@pytest.mark.parametrize("seed", range(6))
async def test_each_record_comes_once_and_in_order_wherever_its_reader_goes_back_to(
    topics: Topics, seed: int, gather_s: float
) -> None:
    """Going back drops what had come, what a client holds, and what it is being answered."""
    choices = random.Random(seed)
    found: dict[TopicPartition, list[int]] = {}
    async with fetching(topics, gather_s) as made:
        for _ in range(60):
            match choices.randrange(4):
                case 0:
                    await topics.write(choices.choice(topics.partitions))
                case 1:
                    await made.fetch(choices.choice([0, 0, 0.02]))
                case 2:
                    take(made, found)
                case _:
                    one = choices.choice(topics.partitions)
                    known = found.get(one, [])
                    del known[choices.randint(0, len(known)) :]
                    made.seek(one, len(known))
        await read_to_the_end(made, topics, found)

    assert {one: found.get(one, []) for one in topics.partitions} == {
        one: list(range(end)) for one, end in topics.ends.items()
    }


async def test_who_hurries_is_answered_by_topic_and_who_gathers_for_all_at_once(
    topics: Topics,
) -> None:
    async with fetching(topics) as hurried, fetching(topics, 0.2) as gathering:
        assert len(set(clients_of(hurried).values())) == len(SOURCES)
        assert len(set(clients_of(gathering).values())) == 1


async def test_partitions_that_went_to_others_are_read_no_more(topics: Topics) -> None:
    found: dict[TopicPartition, list[int]] = {}
    kept, gone = topics.partitions[0], topics.partitions[-1]
    async with fetching(topics) as made:
        await topics.write(gone)
        await made.fetch(5)
        made.assign([kept])
        made.seek(kept, 0)
        assert not made.has_come
        await topics.write(gone)
        await topics.write(kept)
        async with asyncio.timeout(30):
            while not found:
                await made.fetch(0.2)
                take(made, found)
        assert made.highwater(gone) is None

    assert found == {kept: [0]}


async def test_one_that_stands_still_is_not_hidden_by_others_that_go_on(
    topics: Topics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching_module, "STALLED_S_MAX", 0.3)
    still, lively = topics.partitions[0], topics.partitions[-1]
    found: dict[TopicPartition, list[int]] = {}
    async with looking(topics.settings) as client, fetching(topics) as made:
        client.assign(topics.partitions)
        at = dict.fromkeys(topics.partitions, 0)
        pause(clients_of(made)[still.topic])
        await made.fetch(1)  # what it had asked for before it paused
        await topics.write(still)

        async def go_on() -> None:
            async with asyncio.timeout(30):
                while True:
                    await topics.write(lively)
                    await made.fetch(0.2)
                    take(made, found)
                    at[lively] = len(found.get(lively, []))
                    await made.look(client, at)

        with pytest.raises(LogStuck, match=f"nothing came of {still.topic}/{still.partition} "):
            await go_on()
        assert found[lively], "nothing went on: this proves nothing"


async def test_what_is_wrong_with_one_is_told_however_much_the_others_have(
    topics: Topics, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their backlog hid it until it was worked off."""
    monkeypatch.setattr(fetching_module, "RECORDS_MAX", 1)
    ill, busy = topics.partitions[0], topics.partitions[-1]
    for _ in range(50):
        await topics.write(busy)
    found: dict[TopicPartition, list[int]] = {}
    async with fetching(topics) as made:
        while not found:
            await made.fetch(0.2)
            take(made, found)
        made.seek(ill, 999)

        async def go_on() -> None:
            while len(found[busy]) < topics.ends[busy]:
                await asyncio.sleep(0.05)  # longer than a broker takes to refuse
                await made.fetch(0.2)
                take(made, found)

        with pytest.raises(OffsetOutOfRangeError):
            await go_on()


async def test_who_waits_long_for_nothing_does_not_stand_still(
    topics: Topics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching_module, "STALLED_S_MAX", 0)
    async with looking(topics.settings) as client, fetching(topics) as made:
        client.assign(topics.partitions)
        await made.fetch(0.1)

        await made.look(client, dict.fromkeys(topics.partitions, 0))


async def test_looking_holds_up_nobody_who_reads(
    harness: KafkaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broker answers a client's questions one after another: a quiet topic's wait for long."""
    monkeypatch.setattr(reader_module, "LOOK_S", 0)
    looked, answers = asyncio.Event(), asyncio.Event()

    async def ask(_extents: Extents, _client: AIOKafkaConsumer) -> None:
        looked.set()
        await answers.wait()

    monkeypatch.setattr(Extents, "require_same", ask)
    consumer = harness.consumer("looking")
    await harness.tell("a")
    await harness.drain(consumer)
    async with asyncio.timeout(30):
        await looked.wait()
        await harness.tell("a", "b")
        await harness.drain(consumer)

    assert (await harness.trace("looking")).per_key() == {"a": [1, 2], "b": [1]}
    assert not answers.is_set()
    await consumer.close()
