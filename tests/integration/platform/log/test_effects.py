"""Facts take effect in a transaction, under the locks they need; of a replay nothing goes out."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from beaconfire_contracts.envelope import START, Envelope
from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_contracts.locks import aggregate
from beaconfire_platform.database import Tx
from beaconfire_platform.log.effects import Effects, cause_of
from beaconfire_platform.log.postgres import SHARD
from beaconfire_platform.log.reaction import Reaction
from beaconfire_testkit.log_harness import WRITER, LogHarness, a_fact

CONSUMER = "effects"


@pytest.fixture
async def table(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


async def a_told(table: LogHarness) -> Envelope[Any]:
    await table.tell("a")
    [told] = await table.log.read_each(SHARD, frozenset({WRITER}), [START])
    assert isinstance(told, Envelope)
    return told


async def react(_told: Envelope[Any], tx: Tx) -> None:
    """Asks for something outside, where there is an outside, and tells a fact."""
    if tx.intents is not None:
        await tx.intents.intend("call", {})
    await tx.tell(a_fact("b"))


@pytest.mark.parametrize(("is_replay", "intents", "told"), [(False, 1, 1), (True, 0, 0)])
async def test_of_a_replay_nothing_goes_out_and_nothing_is_told(
    table: LogHarness, *, is_replay: bool, intents: int, told: int
) -> None:
    effects = Effects(CONSUMER, {LayerReleased: Reaction(react)}, None, is_replay=is_replay)
    fact = await a_told(table)

    async with table.reader.transaction(aggregate("a"), cause=cause_of(CONSUMER)) as tx:
        await effects.take(fact, tx)
        found = len(tx.told)
        because = tx.cause
        tx.take_back(0)

    assert (await table.intents(CONSUMER), found) == (intents, told)
    assert because.causation_id == fact.id


async def test_the_end_of_a_batch_is_told_before_its_facts_are_written(table: LogHarness) -> None:
    seen: list[int] = []

    async def at_end(tx: Tx) -> None:
        seen.append(len(tx.told))
        tx.take_back(0)

    effects = Effects(CONSUMER, {LayerReleased: Reaction(react)}, at_end, is_replay=False)
    fact = await a_told(table)
    async with table.reader.transaction(aggregate("a"), cause=cause_of(CONSUMER)) as tx:
        await effects.take(fact, tx)
        await effects.finish(tx)

    assert seen == [1]


async def test_locks_are_the_reactions_or_those_of_the_stream(table: LogHarness) -> None:
    def further(told: Envelope[Any]) -> tuple[Any, ...]:
        return (aggregate(told.key), aggregate("further"))

    fact = await a_told(table)
    reacting = Effects(CONSUMER, {LayerReleased: Reaction(react, further)}, None, is_replay=False)
    deaf = Effects(CONSUMER, {}, None, is_replay=False)

    assert reacting.keys(fact) == (aggregate("a"), aggregate("further"))
    assert deaf.keys(fact) == (aggregate("a"),)
