"""Parked keys are taken again by whoever owns their shard, and by nobody else."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_platform.database import Tx
from beaconfire_platform.log import unparking
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.effects import Effects
from beaconfire_platform.log.parking import TAKEN
from beaconfire_platform.log.postgres import SHARD
from beaconfire_platform.log.reaction import Reaction
from beaconfire_platform.log.unparking import NOT_IN_LOG, Done, Unparking
from beaconfire_platform.our_words import Fenced
from beaconfire_testkit.log_harness import LogHarness

CONSUMER = "ill"
MOST = 2


@pytest.fixture
async def table(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


async def parked(table: LogHarness, *keys: str) -> tuple[Consumer, int]:
    """Three facts of each key wait; the consumer that parked them, and its fence."""

    def poison(_told: Envelope[Any]) -> None:
        raise RuntimeError("planted")

    for key in keys or ("a",):
        for _ in range(3):
            await table.tell(key)
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
    taking = again(table)

    looks = [await taking.look({SHARD: fence}, consumer.health.positions, MOST) for _ in range(3)]

    assert [(one.applied, one.is_any) for one in looks] == [(2, True), (1, True), (0, False)]
    assert await table.parked(CONSUMER) == []
    assert await table.outcomes() == ["taken"]


async def test_whoever_lost_the_shard_takes_nothing(table: LogHarness) -> None:
    consumer, fence = await parked(table)
    await table.ask_again(CONSUMER, "a")
    taking, positions = again(table), consumer.health.positions

    elsewhere = await taking.look({}, positions, MOST)
    with pytest.raises(Fenced):
        await taking.look({SHARD: fence - 1}, positions, MOST)

    assert elsewhere == Done()
    assert len(await table.parked(CONSUMER)) == 3


async def renamed(table: LogHarness, version: int) -> None:
    """As what was parked under another prefix, or from another kind of log."""
    await table.reader.pool.execute(
        "update parked set shard = 'old.geo.v1/3' where version = $1", version
    )


@pytest.mark.parametrize("is_skipped", [False, True])
async def test_what_waits_under_a_name_of_long_ago_ends_the_request_and_stops_nobody(
    table: LogHarness, *, is_skipped: bool
) -> None:
    consumer, fence = await parked(table)
    await renamed(table, 1)
    await table.ask_again(CONSUMER, "a")

    done = await again(table).look({SHARD: fence}, consumer.health.positions, MOST)

    assert (done.applied, done.read_again) == (0, set())
    assert await table.outcomes() == [NOT_IN_LOG]
    if is_skipped:
        await table.ask_skip(CONSUMER, "a")
        await again(table).look({SHARD: fence}, consumer.health.positions, 9)
        assert await table.parked(CONSUMER) == []
        assert await table.outcomes() == [NOT_IN_LOG, TAKEN]


async def test_many_keys_are_taken_a_few_at_a_time(
    table: LogHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unparking, "LASTS_S_MAX", 0.0)
    consumer, fence = await parked(table, "a", "b", "c")
    for key in ("a", "b", "c"):
        await table.ask_again(CONSUMER, key)
    taking = again(table)

    looks = [await taking.look({SHARD: fence}, consumer.health.positions, 9) for _ in range(4)]

    assert [one.applied for one in looks] == [3, 3, 3, 0]
    assert all(one.is_more for one in looks[:2])
    assert await table.outcomes() == [TAKEN] * 3
