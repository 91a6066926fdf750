"""The planted faults are faults: each does what the rule forbids."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from beaconfire_contracts.envelope import START
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.log.postgres import SHARD, PostgresLog
from beaconfire_testkit.log_faults import IdAboveLast, tell_locking_late
from beaconfire_testkit.log_harness import WRITER, LogHarness


@pytest.fixture
async def harness(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


async def test_a_reader_of_ids_sees_what_the_horizon_still_hides(harness: LogHarness) -> None:
    slow = asyncio.create_task(tell_locking_late(harness, "slow", pause_s=0.6))
    await asyncio.sleep(0.2)
    await harness.tell("quick")
    sources = frozenset({WRITER})

    hasty = await IdAboveLast(harness.reader.pool, Doorbell()).read(SHARD, sources, START, 10)
    patient = await PostgresLog(harness.reader.pool, Doorbell()).read(SHARD, sources, START, 10)
    await slow

    assert [one.key for one in hasty] == ["quick"]
    assert patient == []
