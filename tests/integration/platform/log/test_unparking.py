"""Parked keys are taken again by whoever owns their shard, and by nobody else."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_platform.database import Tx
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.effects import Effects
from beaconfire_platform.log.postgres import SHARD
from beaconfire_platform.log.reaction import Reaction
from beaconfire_platform.log.unparking import Done, Unparking
from beaconfire_platform.our_words import Fenced
from beaconfire_testkit.log_harness import LogHarness

CONSUMER = "ill"
MOST = 2


@pytest.fixture
async def table(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


async def parked(table: LogHarness) -> tuple[Consumer, int]:
    """Three facts of one key wait; the consumer that parked them, and its fence."""

    def poison(_told: Envelope[Any]) -> None:
        raise RuntimeError("planted")

    for _ in range(3):
        await table.tell("a")
    consumer = table.consumer(CONSUMER, before_effect=poison)
    await table.drain(consumer)
    fence = await table.reader.pool.fetchval(
        "select fence from position where consumer = $1", CONSUMER
    )
    return consumer, fence


def again(table: LogHarness) -> Unparking:
    """The cause is mended."""

    async def effect(_told: Envelope[Any], _tx: Tx) -> None:
        return None

    effects = Effects(CONSUMER, {LayerReleased: Reaction(effect)}, None, is_replay=False)
    return Unparking(CONSUMER, table.log, table.reader, effects)


async def test_nothing_is_taken_that_nobody_asked_for(table: LogHarness) -> None:
    consumer, fence = await parked(table)

    done = await again(table).look({SHARD: fence}, consumer.health.positions, MOST)

    assert done == Done()
    assert len(await table.parked(CONSUMER)) == 3


async def test_a_key_is_taken_a_few_facts_at_a_time(table: LogHarness) -> None:
    consumer, fence = await parked(table)
    await table.ask_again(CONSUMER, "a")
    unparking = again(table)

    looks = [
        await unparking.look({SHARD: fence}, consumer.health.positions, MOST) for _ in range(3)
    ]

    assert [(one.applied, one.is_any) for one in looks] == [(2, True), (1, True), (0, False)]
    assert await table.parked(CONSUMER) == []
    assert await table.outcomes() == ["taken"]


async def test_whoever_lost_the_shard_takes_nothing(table: LogHarness) -> None:
    consumer, fence = await parked(table)
    await table.ask_again(CONSUMER, "a")
    unparking, positions = again(table), consumer.health.positions

    elsewhere = await unparking.look({}, positions, MOST)
    with pytest.raises(Fenced):
        await unparking.look({SHARD: fence - 1}, positions, MOST)

    assert elsewhere == Done()
    assert len(await table.parked(CONSUMER)) == 3
