"""What a reaction asks of the outside is a row of its transaction; a replay has no such door."""

from collections.abc import AsyncGenerator
from typing import Any

import asyncpg
import pytest

from beaconfire_contracts.envelope import Cause, Envelope
from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.intents import PgIntents
from beaconfire_platform.log.postgres import PostgresLog
from beaconfire_platform.log.reaction import Reaction
from beaconfire_testkit.log_harness import WRITER, LogHarness, a_fact

CAUSE = Cause(actor="test", correlation_id="t")


@pytest.fixture
async def harness(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


async def test_an_intent_is_taken_back_with_its_transaction(harness: LogHarness) -> None:
    async def intend(then: str) -> None:
        async with harness.reader.transaction(cause=CAUSE) as tx:
            await PgIntents(tx.later, "c", new_id()).intend("call", {"to": "u1"})
            await tx.connection.execute(then)

    with pytest.raises(asyncpg.DivisionByZeroError):
        await intend("select 1 / 0")
    failed = await harness.intents("c")
    await intend("select 1")

    assert (failed, await harness.intents("c")) == (0, 1)


@pytest.mark.parametrize(("replay", "echoes"), [(False, 2), (True, 0)])
async def test_a_replay_tells_nothing_again(
    harness: LogHarness, *, replay: bool, echoes: int
) -> None:
    async def echo(told: Envelope[Any], tx: Tx) -> None:
        if told.key != "echo":
            await tx.tell(a_fact("echo"))

    await harness.tell("a")
    await harness.tell("a")
    consumer = Consumer(
        "echoing",
        log=PostgresLog(harness.writer.pool, harness.bell),
        database=harness.writer,
        sources=frozenset({WRITER}),
        reactions={LayerReleased: Reaction(echo)},
        replay=replay,
    )
    await harness.drain(consumer)

    assert (await harness.told()).get("echo", 0) == echoes
