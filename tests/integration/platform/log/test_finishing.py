"""A consumer that is asked to finish ends after the batch in hand, whole, and reads no further."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from beaconfire_contracts.envelope import Envelope
from beaconfire_testkit.log_harness import LogHarness

KEYS = [f"k{number}" for number in range(20)]
BATCH = 5
ENDS_S_MAX = 30


@pytest.fixture
async def table(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


async def test_the_batch_in_hand_takes_effect_and_the_rest_waits(table: LogHarness) -> None:
    asked = threading.Event()

    def before(_told: Envelope[Any]) -> None:
        """In the middle of the first batch it is asked."""
        if not asked.is_set():
            asked.set()
            consumer.finish()

    consumer = table.consumer("reader", before_effect=before, batch=BATCH)
    await table.tell(*KEYS)

    await asyncio.wait_for(consumer.run(), ENDS_S_MAX)

    took_effect = (await table.trace("reader")).per_key()
    assert 0 < len(took_effect) <= BATCH
    heir = table.consumer("reader")
    await table.drain(heir)
    after = (await table.trace("reader")).per_key()
    assert after == {key: [1] for key in KEYS}, "none is missing and none twice"


async def test_one_that_waits_for_facts_ends_soon(table: LogHarness) -> None:
    consumer = table.consumer("reader")
    running = asyncio.create_task(consumer.run())
    await asyncio.sleep(0.2)

    consumer.finish()

    await asyncio.wait_for(running, ENDS_S_MAX)


async def test_one_that_was_asked_before_it_began_takes_nothing(table: LogHarness) -> None:
    await table.tell("a")
    consumer = table.consumer("reader")
    consumer.finish()

    await asyncio.wait_for(consumer.run(), ENDS_S_MAX)

    assert (await table.trace("reader")).per_key() == {}
