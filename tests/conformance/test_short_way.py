"""What one statement may not pass over: parked keys, other histories, what was taken back."""

import asyncio
from typing import Any

import asyncpg
import pytest
from tests.conformance.conftest import AtOnce, Hurrying, HurryingAtOnce

from beaconfire_contracts.envelope import START, Cause, Envelope
from beaconfire_contracts.locks import aggregate
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.postgres import SHARD, LogEpochChanged, PostgresLog
from beaconfire_testkit.log_harness import LogHarness, a_fact
from beaconfire_testkit.log_suite import require_all_of, write_at_random

NAME = "short"
CAUSE = Cause("test", "short")
ALL = [LogHarness, AtOnce, Hurrying, HurryingAtOnce]
Kind = type[LogHarness]


def poisoned(harness: LogHarness, ill: set[tuple[str, int]], **given: Any) -> Consumer:
    """One for which some facts are ill, and whose position never stays behind."""

    def poison(told: Envelope[Any]) -> None:
        if (told.key, told.key_version) in ill:
            raise RuntimeError("planted")

    consumer = harness.consumer(NAME, before_effect=poison, **given)
    consumer.early_s_max = 0.0
    return consumer


@pytest.mark.parametrize("kind", [AtOnce, HurryingAtOnce])
async def test_batches_of_many_facts_take_effect_by_one_statement(
    database: str, kind: Kind
) -> None:
    async with kind(database).running() as harness:
        await asyncio.gather(*(write_at_random(harness, seed) for seed in range(3)))
        await harness.drain(harness.consumer(NAME))
        await require_all_of(harness, NAME)

        assert max(harness.at_once) > 1, "facts in one statement"


@pytest.mark.parametrize("kind", ALL)
async def test_a_key_is_parked_whatever_its_shard_is_called_by_now(
    database: str, kind: Kind
) -> None:
    async with kind(database).running() as harness:
        await harness.tell("bad")
        await harness.drain(poisoned(harness, {("bad", 1)}))
        await harness.reader.pool.execute("update parked set shard = 'elsewhere'")
        await harness.reader.pool.execute("update position set epoch = 0, txid = 0, row = 0")
        await harness.tell("bad")
        await harness.drain(poisoned(harness, set(), batch=1))

        assert (await harness.trace(NAME)).per_key() == {}


@pytest.mark.parametrize("kind", ALL)
async def test_a_parked_fact_that_is_met_again_goes_on_waiting(database: str, kind: Kind) -> None:
    ill = {("bad", 2)}
    async with kind(database).running() as harness:
        consumer = poisoned(harness, ill)
        for _ in range(2):
            await harness.tell("bad")
            await harness.drain(consumer)
        ill.clear()
        await harness.reader.pool.execute("update position set epoch = 0, txid = 0, row = 0")
        consumer.health.positions[SHARD] = START
        await harness.drain(consumer)

        assert (await harness.trace(NAME)).per_key() == {"bad": [1]}
        assert [one[:2] for one in await harness.parked(NAME)] == [("bad", 2)]


@pytest.mark.parametrize("kind", ALL)
async def test_a_key_is_parked_and_taken_again_within_one_consumers_life(
    database: str, kind: Kind
) -> None:
    ill = {("bad", 3)}
    async with kind(database).running() as harness:
        consumer = poisoned(harness, ill, batch=1)
        for _ in range(6):
            await harness.tell("bad")
        await harness.drain(consumer)
        parked = (await harness.trace(NAME)).per_key()
        ill.clear()
        await harness.ask_again(NAME, "bad")
        await harness.drain(fresh := poisoned(harness, set()))
        await harness.tell("bad")
        await harness.drain(fresh)

        assert parked == {"bad": [1, 2]}
        await require_all_of(harness, NAME)


@pytest.mark.parametrize("kind", [Hurrying, HurryingAtOnce])
async def test_facts_of_another_history_are_not_taken_before_it_is_refused(
    database: str, kind: Kind
) -> None:
    async with kind(database).running() as harness:
        await harness.tell("a")
        await harness.drain(poisoned(harness, set()))
        owner = await asyncpg.connect(database)
        await owner.execute("update log.epoch set epoch = 2")
        await owner.close()
        harness.log = restored = PostgresLog(harness.reader.pool, harness.bell)
        assert await restored.epoch() == 2
        await harness.tell("a", "b")
        with pytest.raises(LogEpochChanged):
            await poisoned(harness, set()).step()

        assert (await harness.trace(NAME)).per_key() == {"a": [1]}


@pytest.mark.parametrize("kind", [Hurrying, HurryingAtOnce])
async def test_what_was_taken_back_is_handed_to_nobody(database: str, kind: Kind) -> None:
    async with kind(database).running() as harness:
        consumer = harness.consumer(NAME)
        await harness.drain(consumer)

        async def fails(statement: str) -> None:
            async with harness.writer.transaction(aggregate("x"), cause=CAUSE) as tx:
                await tx.tell(a_fact("x"))
                await tx.flush()
                try:
                    await tx.connection.execute(statement)
                except asyncpg.DivisionByZeroError:
                    return  # nobody hears of it, and PostgreSQL rolls back at COMMIT
                raise RuntimeError("planted")

        with pytest.raises(RuntimeError, match="planted"):
            await fails("select 1")
        with pytest.raises(asyncpg.InFailedSQLTransactionError):
            await fails("select 1/0")
        await harness.drain(consumer)

        assert await harness.told() == {}
        assert (await harness.trace(NAME)).effects == []
