"""A batch that nobody waits for lets whoever is waited for pass between two facts."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from beaconfire_platform import turns
from beaconfire_platform.database import Tx
from beaconfire_platform.log.consumer import GATHER_S, Consumer
from beaconfire_platform.log.effects import Reaction
from beaconfire_testkit.log_harness import WRITER, LogHarness, a_fact


@pytest.fixture
async def harness(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


@pytest.mark.parametrize("gather_s", [GATHER_S, 0.0])
async def test_the_second_fact_waits_for_who_came_during_the_first_unless_it_is_waited_for_too(
    harness: LogHarness, monkeypatch: pytest.MonkeyPatch, gather_s: float
) -> None:
    monkeypatch.setattr(turns, "GIVE_WAY_S", 30.0)
    monkeypatch.setattr(turns, "PATIENCE_S", 30.0)
    told, is_patient = list[str](), gather_s > 0
    one, both, is_at_work = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def effect(_told: Any, _tx: Tx) -> None:
        (both if one.is_set() else one).set()
        told.append("fact")
        await is_at_work.wait()

    consumer = Consumer(
        "one",
        log=harness.log,
        database=harness.reader,
        sources=frozenset({WRITER}),
        reactions={type(a_fact("a")): Reaction(effect)},
        gather_s=gather_s,
    )
    await harness.tell("a", "b")
    running = asyncio.create_task(consumer.run())
    async with asyncio.timeout(20):
        await one.wait()
        async with harness.bell.turns.first():
            is_at_work.set()
            await (asyncio.sleep(0.3) if is_patient else both.wait())
            told.append("waited for")
        await both.wait()
    consumer.finish()
    harness.bell.ring()
    await running

    asked_for = ["fact", "waited for", "fact"] if is_patient else ["fact", "fact", "waited for"]
    assert told == asked_for
