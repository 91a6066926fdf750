"""A batch that the database ends before it is done is not tried again as it was, for ever."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

import pytest

from beaconfire_platform.database import AWAY, Tx
from beaconfire_platform.log import consumer, portion
from beaconfire_platform.log.effects import Reaction
from beaconfire_testkit.log_harness import WRITER, LogHarness, a_fact

FACTS = 100
FACT_S = 0.01
IDLE = "500ms"
"""All facts together take twice as long: so slow is the machine now."""
TRIES = 6


@pytest.fixture
async def harness(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


async def applied_on_a_slow_machine(harness: LogHarness) -> int:
    """How many facts took effect after some tries."""
    seen: set[Tx] = set()

    async def effect(_told: Any, tx: Tx) -> None:
        if tx not in seen:
            seen.add(tx)
            await tx.connection.execute(f"set local idle_in_transaction_session_timeout = '{IDLE}'")
        await asyncio.sleep(FACT_S)

    slow = consumer.Consumer(
        "slow",
        log=harness.log,
        database=harness.reader,
        sources=frozenset({WRITER}),
        reactions={type(a_fact("a")): Reaction(effect)},
    )
    await harness.tell(*(f"k{number}" for number in range(FACTS)))
    for _ in range(TRIES):
        with suppress(*AWAY):  # what a service waits out and tries again
            await slow.step()
    return slow.health.applied


async def test_with_a_part_of_it_all_takes_effect(harness: LogHarness) -> None:
    assert await applied_on_a_slow_machine(harness) == FACTS


async def test_as_it_was_nothing_ever_takes_effect(
    harness: LogHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault."""
    monkeypatch.setattr(portion, "AFTER_FAILURE", 1)

    assert await applied_on_a_slow_machine(harness) == 0
