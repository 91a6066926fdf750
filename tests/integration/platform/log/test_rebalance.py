"""Several instances of one service on one topic: while they come, go, die and stand still, each

fact takes effect once and in order, and when it is quiet each partition has one owner.
"""

import asyncio
import random
from typing import Any, Final

import pytest

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.database import Tx
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.members import LIFE_S
from beaconfire_platform.log.port import Share
from beaconfire_platform.log.reaction import Reaction
from beaconfire_testkit.kafka_harness import KafkaHarness, MortalConsumer
from beaconfire_testkit.log_harness import WRITER, compare

NAME: Final = "shared"
KEYS: Final = tuple(f"k{number}" for number in range(24))
INSTANCES_MAX: Final = 4
CHANGES: Final = 12
QUIET_S_MAX: Final = 60


class Fleet:
    """The instances of one consumer, each as in a process of its own."""

    def __init__(self, harness: KafkaHarness, chance: random.Random) -> None:
        self._harness = harness
        self._chance = chance
        self._born = 0
        self._living: dict[str, tuple[MortalConsumer, asyncio.Task[None]]] = {}
        self._dead: list[MortalConsumer] = []

    def join(self) -> None:
        if len(self._living) >= INSTANCES_MAX:
            return
        self._born += 1
        instance = f"i{self._born}"
        consumer = self._harness.consumer(NAME, log=self._harness.log_of(instance), batch=7)
        assert isinstance(consumer, MortalConsumer)
        self._living[instance] = (consumer, asyncio.create_task(consumer.run()))

    async def leave(self) -> None:
        await self._end(self._any())

    async def die(self) -> None:
        instance = self._any()
        self._living[instance][0].is_dead = True
        self._dead.append(self._living[instance][0])
        await self._end(instance)

    def stand_still(self) -> None:
        self._living[self._any()][0].goes_on.clear()

    def go_on(self) -> None:
        for consumer, _ in self._living.values():
            consumer.goes_on.set()

    async def change(self) -> None:
        """Something that happens to processes; one always lives."""
        match self._chance.choice(["join", "join", "leave", "die", "still", "on"]):
            case "leave" if len(self._living) > 1:
                await self.leave()
            case "die" if len(self._living) > 1:
                await self.die()
            case "still" if len(self._living) > 1:
                self.stand_still()
            case "on":
                self.go_on()
            case _:
                self.join()

    def owned(self) -> list[str]:
        """The shards that the living hold to be theirs."""
        return sorted(
            shard for consumer, _ in self._living.values() for shard in consumer.health.positions
        )

    async def end(self) -> None:
        for consumer, _ in self._living.values():
            consumer.goes_on.set()
        for instance in list(self._living):
            await self._end(instance)
        for consumer in self._dead:
            await consumer.bury()

    def _any(self) -> str:
        return self._chance.choice(sorted(self._living))

    async def _end(self, instance: str) -> None:
        _, run = self._living.pop(instance)
        run.cancel()
        [outcome] = await asyncio.gather(run, return_exceptions=True)
        assert isinstance(outcome, asyncio.CancelledError), outcome


@pytest.fixture
async def shared(harness: KafkaHarness) -> KafkaHarness:
    """A log whose partitions are dealt out among instances that may die."""
    harness.share = Share.DEALT
    harness.kind = MortalConsumer
    return harness


async def _all_took_effect(harness: KafkaHarness) -> None:
    told = await harness.told()
    async with asyncio.timeout(QUIET_S_MAX):
        while len((await harness.trace(NAME)).effects) < sum(told.values()):
            await harness.bell.wait(0.1)


@pytest.mark.parametrize("seed", [1, 2])
async def test_partitions_are_shared_out_anew_and_nothing_is_lost_twice_or_out_of_order(
    shared: KafkaHarness, seed: int
) -> None:
    chance = random.Random(seed)
    fleet = Fleet(shared, chance)
    for _ in range(3):
        fleet.join()
    writing = asyncio.create_task(_write(shared, seed))
    try:
        for _ in range(CHANGES):
            await asyncio.sleep(chance.uniform(0.1, 0.6))
            await fleet.change()
        fleet.go_on()
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await shared.published()
        await _all_took_effect(shared)
        async with asyncio.timeout(QUIET_S_MAX):
            while fleet.owned() != sorted(await shared.log.shards(frozenset({WRITER}))):
                await shared.bell.wait(0.1)
    finally:
        await fleet.end()

    told = await shared.told()
    assert sum(told.values()) > 200
    assert compare(told, await shared.trace(NAME)).clean
    assert await shared.parked(NAME) == []


async def _write(harness: KafkaHarness, seed: int) -> None:
    chance = random.Random(seed)
    while True:
        await harness.tell(*chance.sample(KEYS, 3))
        await asyncio.sleep(0.005)


async def test_when_one_leaves_the_others_go_on_with_its_part(shared: KafkaHarness) -> None:
    fleet = Fleet(shared, random.Random(1))
    fleet.join()
    fleet.join()
    try:
        async with asyncio.timeout(QUIET_S_MAX):
            while len(fleet.owned()) != PARTITIONS:
                await shared.bell.wait(0.05)
        await fleet.leave()
        await shared.tell(*KEYS)
        await shared.published()
        await _all_took_effect(shared)
        assert len(fleet.owned()) == PARTITIONS
    finally:
        await fleet.end()

    assert compare(await shared.told(), await shared.trace(NAME)).clean


@pytest.mark.parametrize("share", [Share.DEALT, Share.ALONE])
async def test_steps_that_take_longer_than_a_sign_of_life_lasts_still_come_to_an_end(
    harness: KafkaHarness, share: Share
) -> None:
    """Two instances that both are slow do not take their shards from each other for ever."""

    async def slow(told: Envelope[Any], tx: Tx) -> None:
        await tx.connection.execute("select pg_sleep($1)", LIFE_S + 0.5)
        await tx.connection.execute(
            "insert into situation.effect (consumer, key, version) values ($1, $2, $3)",
            NAME, told.key, told.key_version,
        )  # fmt: skip

    consumers = [
        Consumer(
            NAME, log=harness.log_of(instance), database=harness.reader,
            sources=frozenset({WRITER}), reactions={LayerReleased: Reaction(slow)}, batch=1,
            share=share,
        )
        for instance in ("a", "b")
    ]  # fmt: skip
    await harness.tell("a")
    await harness.tell("a")
    await harness.published()
    runs = [asyncio.create_task(one.run()) for one in consumers]
    try:
        await _all_took_effect(harness)
    finally:
        for run in runs:
            run.cancel()
        await asyncio.gather(*runs, return_exceptions=True)

    assert compare(await harness.told(), await harness.trace(NAME)).clean


async def test_who_lost_its_turn_stands_by_and_does_not_go_round_and_round(
    harness: KafkaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What had come and was no longer its own let it wait for nothing."""

    async def quick(told: Envelope[Any], tx: Tx) -> None:
        await tx.connection.execute(
            "insert into situation.effect (consumer, key, version) values ($1, $2, $3)",
            NAME, told.key, told.key_version,
        )  # fmt: skip

    first, second = (
        Consumer(
            NAME, log=harness.log_of(instance), database=harness.reader,
            sources=frozenset({WRITER}), reactions={LayerReleased: Reaction(quick)},
            share=Share.ALONE, gather_s=0,
        )
        for instance in ("a", "b")
    )  # fmt: skip
    steps = dict.fromkeys((first, second), 0)
    step = Consumer.step

    async def counted(consumer: Consumer) -> int:
        steps[consumer] += 1
        return await step(consumer)

    monkeypatch.setattr(Consumer, "step", counted)
    await harness.tell("a")
    await harness.published()
    while not first.health.applied:
        await first.step()
    runs = [asyncio.create_task(second.run())]  # while the first stands still
    try:
        async with asyncio.timeout(QUIET_S_MAX):
            while not second.health.positions:
                await harness.bell.wait(0.05)
        steps[first] = 0
        runs.append(asyncio.create_task(first.run()))
        for _ in range(20):
            await harness.tell("a")
            await asyncio.sleep(0.05)
        await _all_took_effect(harness)
    finally:
        for run in runs:
            run.cancel()
        await asyncio.gather(*runs, return_exceptions=True)

    assert not first.health.positions
    assert 0 < steps[first] < 100, "it waits for nothing"
    assert compare(await harness.told(), await harness.trace(NAME)).clean
