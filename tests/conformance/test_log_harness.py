"""The conformance suite of the event log (`reliability.md` §3.1-3.2), and the faults it catches."""

import asyncio
import random
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from beaconfire_contracts.envelope import Envelope, LogPosition
from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_platform.log.consumer import Consumer, Fenced, Reaction
from beaconfire_platform.log.port import Told
from beaconfire_testkit.log_faults import (
    BelievesItsMemory,
    IdAboveLast,
    PositionFirst,
    Unacknowledged,
    tell_locking_late,
)
from beaconfire_testkit.log_harness import WRITER, LogHarness, Shuffled, compare

WRITERS = 8
ROUNDS = 12


@pytest.fixture
async def harness(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


async def _write_at_random(harness: LogHarness, seed: int) -> None:
    """Some transactions on one or two of a few keys, each open for up to 10 ms."""
    chance = random.Random(seed)
    keys = [f"k{number}" for number in range(5)]
    for _ in range(ROUNDS):
        await harness.tell(
            *chance.sample(keys, chance.choice((1, 1, 2))), pause_s=chance.random() / 100
        )


async def _write_and_read(harness: LogHarness, consumer: Consumer) -> None:
    async def read() -> None:
        while True:
            if not await consumer.step("log"):
                await asyncio.sleep(0)

    reading = asyncio.create_task(read())
    await asyncio.gather(*(_write_at_random(harness, seed) for seed in range(WRITERS)))
    await asyncio.sleep(0.05)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


async def test_every_stream_is_in_order_without_hole_or_repeat(harness: LogHarness) -> None:
    consumer = harness.consumer("one")

    await _write_and_read(harness, consumer)
    await harness.drain(consumer)

    found = compare(await harness.told(), await harness.trace("one"))
    assert found.clean, found
    assert sum((await harness.told()).values()) >= WRITERS * ROUNDS


async def test_a_consumer_killed_at_any_point_repeats_nothing_and_loses_nothing(
    harness: LogHarness,
) -> None:
    chance = random.Random(7)
    writing = asyncio.gather(*(_write_at_random(harness, seed) for seed in range(WRITERS)))

    for _ in range(25):
        run = asyncio.create_task(harness.consumer("killed", batch=7).run())
        await asyncio.sleep(chance.random() / 40)
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
    await writing
    await harness.drain(harness.consumer("killed"))

    assert compare(await harness.told(), await harness.trace("killed")).clean


async def test_an_effect_that_fails_leaves_neither_itself_nor_the_position(
    harness: LogHarness,
) -> None:
    await harness.tell("a")
    await harness.tell("b")
    failures = iter([True, True])

    def fail_twice(told: Envelope[Any]) -> None:
        if told.key == "b" and next(failures, False):
            raise RuntimeError("planted")

    await harness.drain(harness.consumer("failing", before_effect=fail_twice))

    assert (await harness.trace("failing")).per_key() == {"a": [1], "b": [1]}


async def test_a_zombie_consumer_is_harmless(harness: LogHarness) -> None:
    await harness.tell("a")
    zombie = harness.consumer("owned")
    await harness.drain(zombie)
    await harness.tell("a")

    successor = harness.consumer("owned")
    await harness.drain(successor)
    await harness.tell("a")

    with pytest.raises(Fenced):
        await zombie.step("log")
    await harness.drain(successor)
    assert (await harness.trace("owned")).per_key() == {"a": [1, 2, 3]}


LOST_ANSWERS = frozenset({2, 3, 5, 8})
"""Which commits of a consumer nobody hears of; the first is its claim."""


async def test_a_commit_acknowledged_to_nobody_stops_no_consumer(harness: LogHarness) -> None:
    await asyncio.gather(*(_write_at_random(harness, seed) for seed in range(3)))
    database = Unacknowledged.over(harness.reader, lost=LOST_ANSWERS)
    consumer = harness.consumer("unheard", database=database, batch=5)

    await harness.insist(consumer)

    assert compare(await harness.told(), await harness.trace("unheard")).clean


async def test_a_consumer_that_believes_its_memory_is_caught(harness: LogHarness) -> None:
    await asyncio.gather(*(_write_at_random(harness, seed) for seed in range(3)))
    database = Unacknowledged.over(harness.reader, lost=LOST_ANSWERS)
    consumer = harness.consumer("sure", database=database, kind=BelievesItsMemory, batch=5)

    await harness.insist(consumer)

    assert compare(await harness.told(), await harness.trace("sure")).lost


async def test_a_running_consumer_goes_on_after_a_lost_answer_and_says_so(
    harness: LogHarness,
) -> None:
    for _ in range(6):
        await harness.tell("a")
    database = Unacknowledged.over(harness.reader, lost=LOST_ANSWERS)
    told_of: set[str | None] = set()
    done = asyncio.Event()

    def look(told: Envelope[Any]) -> None:
        told_of.add(consumer.health.failing)
        if told.key_version == 6:
            done.set()

    consumer = harness.consumer("running", database=database, before_effect=look, batch=1)
    run = asyncio.create_task(consumer.run())
    await asyncio.wait_for(done.wait(), 20)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    await harness.drain(harness.consumer("running"))

    assert told_of == {None, "ConnectionResetError"}
    assert (await harness.trace("running")).per_key() == {"a": [1, 2, 3, 4, 5, 6]}


async def test_a_poisoned_key_is_parked_and_stops_no_other(harness: LogHarness) -> None:
    def poison(told: Envelope[Any]) -> None:
        if told.key == "bad":
            raise RuntimeError("planted")

    for key in ("good", "bad", "bad", "other", "good"):
        await harness.tell(key)
    consumer = harness.consumer("poisoned", before_effect=poison)

    await harness.drain(consumer)

    assert (await harness.trace("poisoned")).per_key() == {"good": [1, 2], "other": [1]}
    parked = await harness.reader.pool.fetch(
        "select key, version, error, attempts from parked order by version"
    )
    assert [(row["key"], row["version"]) for row in parked] == [("bad", 1), ("bad", 2)]
    assert parked[0]["error"] == "RuntimeError"
    assert parked[0]["attempts"] == 3
    assert consumer.health.parked == 2


async def test_a_parked_key_is_taken_again_in_order_when_somebody_asks(
    harness: LogHarness,
) -> None:
    ills = {"bad"}

    def poison(told: Envelope[Any]) -> None:
        if told.key in ills:
            raise RuntimeError("planted")

    for key in ("bad", "good", "bad", "bad"):
        await harness.tell(key)
    consumer = harness.consumer("mended", before_effect=poison)
    await harness.drain(consumer)
    waiting = dict(consumer.health.waiting)

    ills.clear()
    await harness.ask_again("mended", "bad")
    await harness.tell("bad")
    await harness.drain(harness.consumer("mended", before_effect=poison))

    assert waiting == {(WRITER, "bad"): 3}
    assert compare(await harness.told(), await harness.trace("mended")).clean
    assert await harness.outcomes() == ["taken"]


async def test_a_parked_key_that_still_fails_waits_on_and_says_why(harness: LogHarness) -> None:
    def poison(told: Envelope[Any]) -> None:
        if (told.key, told.key_version) == ("bad", 2):
            raise RuntimeError("planted")

    for key in ("bad", "bad", "bad"):
        await harness.tell(key)
    await harness.drain(harness.consumer("ill", before_effect=poison))
    await harness.ask_again("ill", "bad")

    consumer = harness.consumer("ill", before_effect=poison)
    await harness.drain(consumer)

    assert (await harness.trace("ill")).per_key() == {"bad": [1]}
    assert consumer.health.waiting == {(WRITER, "bad"): 2}
    assert await harness.outcomes() == ["RuntimeError"]


async def test_a_type_unknown_here_is_ignored_and_counted_a_newer_major_parks_its_key(
    harness: LogHarness,
) -> None:
    await harness.tell("a")
    await harness.tell_of_another_build("a", "beaconfire.geo.never-heard-of.v1")
    await harness.tell("a")
    await harness.tell("b")
    await harness.tell_of_another_build("b", "beaconfire.geo.layer-released.v2")
    await harness.tell("b")
    consumer = harness.consumer("older")

    await harness.drain(consumer)

    assert (await harness.trace("older")).per_key() == {"a": [1, 3], "b": [1]}
    assert (consumer.health.ignored, consumer.health.parked) == (1, 2)


async def test_too_many_behind_a_parked_fact_call_for_a_person(
    harness: LogHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beaconfire_platform.log.consumer.PARKED_BEHIND_MAX", 2)

    def poison(_told: Envelope[Any]) -> None:
        raise RuntimeError("planted")

    consumer = harness.consumer("full", before_effect=poison)
    await harness.tell("bad")
    await harness.tell("bad")
    await harness.drain(consumer)
    before = consumer.health.overfull
    await harness.tell("bad")
    await harness.drain(consumer)

    assert (before, consumer.health.overfull) == ([], [(WRITER, "bad")])


async def test_a_hole_parks_its_key_and_no_other(harness: LogHarness) -> None:
    for key in ("a", "holed", "holed", "holed", "b"):
        await harness.tell(key)

    class Holed(Shuffled):
        async def read(
            self, shard: str, sources: frozenset[str], after: LogPosition, limit: int
        ) -> list[Told]:
            batch = await harness.log.read(shard, sources, after, limit)
            return [told for told in batch if (told.key, told.key_version) != ("holed", 2)]

    await harness.drain(harness.consumer("holes", log=Holed(harness.log, 0)))

    assert (await harness.trace("holes")).per_key() == {"a": [1], "b": [1], "holed": [1]}


async def test_a_repeat_has_no_effect(harness: LogHarness) -> None:
    for _ in range(3):
        await harness.tell("a")

    class Twice(Shuffled):
        async def read(
            self, shard: str, sources: frozenset[str], after: LogPosition, limit: int
        ) -> list[Told]:
            batch = await harness.log.read(shard, sources, after, limit)
            return [*batch[:2], *batch]

    consumer = harness.consumer("twice", log=Twice(harness.log, 0))
    await harness.drain(consumer)

    assert (await harness.trace("twice")).per_key() == {"a": [1, 2, 3]}
    assert consumer.health.skipped == 2


async def test_a_replay_by_a_new_consumer_has_the_same_effects(harness: LogHarness) -> None:
    await asyncio.gather(*(_write_at_random(harness, seed) for seed in range(3)))
    await harness.drain(harness.consumer("first"))

    await harness.drain(harness.consumer("again", batch=3))

    assert (await harness.trace("again")).per_key() == (await harness.trace("first")).per_key()


@pytest.mark.parametrize("seed", range(4))
async def test_delivery_shuffled_across_streams_keeps_each_stream(
    harness: LogHarness, seed: int
) -> None:
    await asyncio.gather(*(_write_at_random(harness, one) for one in range(4)))

    consumer = harness.consumer("shuffled", log=Shuffled(harness.log, seed), batch=40)
    await harness.drain(consumer)

    assert compare(await harness.told(), await harness.trace("shuffled")).clean


async def test_a_reader_of_ids_above_the_last_is_caught(harness: LogHarness) -> None:
    async def write_slowly(number: int) -> None:
        await harness.tell(f"s{number}", pause_s=0.05 if number % 2 else 0.0)

    consumer = harness.consumer("naive", log=IdAboveLast(harness))
    for start in range(0, 20, 4):
        writing = asyncio.gather(*(write_slowly(start + one) for one in range(4)))
        await asyncio.sleep(0.03)
        await harness.drain(consumer)
        await writing
    await harness.drain(consumer)

    assert compare(await harness.told(), await harness.trace("naive")).lost


async def test_a_lock_taken_after_a_write_is_caught(harness: LogHarness) -> None:
    slow = asyncio.create_task(tell_locking_late(harness, "late", pause_s=0.2))
    await asyncio.sleep(0.1)
    await harness.tell("late")
    await slow

    rows = await harness.reader.pool.fetch(
        "select key_version from log.fact where key = 'late' order by txid, row"
    )
    assert [row["key_version"] for row in rows] == [2, 1], "the log's order inverted the stream's"


async def test_a_position_committed_before_the_effect_is_caught(harness: LogHarness) -> None:
    for _ in range(5):
        await harness.tell("a")
    killed = iter([True])

    async def effect(told: Envelope[Any], _tx: Any) -> None:
        if told.key_version == 3 and next(killed, False):
            raise asyncio.CancelledError

    consumer = PositionFirst(
        "early",
        log=harness.log,
        database=harness.reader,
        sources=frozenset({WRITER}),
        reactions={LayerReleased: Reaction(effect)},
    )
    with pytest.raises(asyncio.CancelledError):
        await consumer.step("log")

    await harness.drain(harness.consumer("early"))
    assert compare(await harness.told(), await harness.trace("early")).lost
