"""Who hurries need not wait for another's transaction, and nothing takes effect twice (R5, R6)."""

import asyncio
import random
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from tests.conformance.conftest import Hurrying

from beaconfire_contracts.envelope import START, Cause, Envelope
from beaconfire_platform.log.postgres import SHARD
from beaconfire_testkit.log_harness import LogHarness
from beaconfire_testkit.log_suite import require_all_of

NAME = "picture"


@pytest.fixture
async def table(database: str) -> AsyncGenerator[LogHarness]:
    async with Hurrying(database).running() as running:
        yield running


async def _nobody_asks(*_: object) -> None:
    raise AssertionError("the log was asked")


async def row_of(table: LogHarness) -> int:
    found = await table.reader.pool.fetchval("select row from position where consumer = $1", NAME)
    return int(found or 0)


async def test_what_stands_behind_an_open_transaction_takes_effect_at_once_and_once(
    table: LogHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    consumer = table.consumer(NAME)
    await table.drain(consumer)
    cause = Cause(actor="test", correlation_id="open")
    async with table.writer.transaction(cause=cause) as tx:
        await tx.connection.execute("select pg_current_xact_id()")
        for _ in range(3):
            await table.tell("a", "b")
        await table.drain(consumer)
        during = (await table.trace(NAME)).per_key()
        stood_at = await row_of(table)

    monkeypatch.setattr(consumer, "early_s_max", 0.0)
    await table.tell("a")
    await table.drain(consumer)

    assert during == {"a": [1, 2, 3], "b": [1, 2, 3]}
    assert stood_at == START.row
    assert await row_of(table) > 0
    await require_all_of(table, NAME)
    assert (consumer.health.applied, consumer.health.skipped) == (7, 6)


async def test_what_was_told_in_the_same_process_takes_effect_before_anybody_looks(
    table: LogHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    consumer = table.consumer(NAME)
    await table.drain(consumer)
    await table.tell("a", "b")
    await table.tell("a")
    monkeypatch.setattr(table.log, "read", _nobody_asks)
    held = await consumer.step()
    monkeypatch.undo()
    taken = (await table.trace(NAME)).per_key()
    await table.drain(consumer)

    assert held == 3
    assert taken == {"a": [1, 2], "b": [1]}
    await require_all_of(table, NAME)


async def test_the_position_follows_by_itself_after_a_while(
    table: LogHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    consumer = table.consumer(NAME)
    await table.drain(consumer)
    async with table.writer.transaction(cause=Cause("test", "open")) as tx:
        await tx.connection.execute("select pg_current_xact_id()")
        await table.tell("a")
        await table.drain(consumer)
    monkeypatch.setattr(consumer, "early_s_max", 0.0)
    await table.drain(consumer)

    [told] = await table.log.read_each(SHARD, frozenset({"geo"}), [START])
    assert told is not None
    assert await row_of(table) == told.position.row


async def test_what_cannot_take_effect_early_is_parked_where_it_lies(table: LogHarness) -> None:
    def poison(told: Envelope[Any]) -> None:
        if told.key == "ill":
            raise RuntimeError("planted")

    consumer = table.consumer(NAME, before_effect=poison)
    await table.drain(consumer)
    async with table.writer.transaction(cause=Cause("test", "open")) as tx:
        await tx.connection.execute("select pg_current_xact_id()")
        await table.tell("well", "ill")
        await table.drain(consumer)
        early = await table.parked(NAME)
    await table.drain(consumer)
    await table.ask_again(NAME, "ill")
    await table.drain(table.consumer(NAME))

    assert early == []
    assert await table.outcomes() == ["taken"]
    await require_all_of(table, NAME)


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_stands_open_and_whoever_is_cancelled_nothing_is_lost_or_twice(
    table: LogHarness, seed: int
) -> None:
    chance = random.Random(seed)

    async def write() -> None:
        for _ in range(25):
            keys = {f"k{chance.randrange(6)}" for _ in range(chance.randint(1, 3))}
            await table.tell(*sorted(keys), pause_s=chance.choice((0.0, 0.0, 0.02)))

    async def consume() -> None:
        while True:
            running = asyncio.create_task(table.consumer(NAME).run())
            try:
                await asyncio.sleep(chance.uniform(0.02, 0.12))
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

    consuming = asyncio.create_task(consume())
    await asyncio.gather(*(write() for _ in range(3)))
    consuming.cancel()
    await asyncio.gather(consuming, return_exceptions=True)
    await table.drain(table.consumer(NAME))

    await require_all_of(table, NAME)
