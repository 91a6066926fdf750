"""Whether more was told is looked up by the key, however much was told before."""

from collections.abc import AsyncGenerator

import asyncpg
import pytest

from beaconfire_platform.log.kafka import relay
from beaconfire_testkit.log_harness import WRITER, LogHarness

EXISTS = "select exists (select 1 from log.fact where (txid, row) > ($1, $2) and source = $3)"


@pytest.fixture
async def harness(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


async def _plan(connection: asyncpg.Connection, statement: str) -> str:
    """The plan that is kept for all parameters."""
    await connection.execute(f"prepare asked as {statement}")
    lines = await connection.fetch(f"explain execute asked (0, 0, '{WRITER}')")
    await connection.execute("deallocate asked")
    return "\n".join(one[0] for one in lines)


async def test_the_plan_that_is_kept_reads_no_more_than_it_must(
    harness: LogHarness, database: str
) -> None:
    """`exists` drops the order, and with it the key: the planted fault."""
    await harness.tell(*(f"k{number}" for number in range(400)))
    connection: asyncpg.Connection = await asyncpg.connect(database)
    try:
        await connection.execute("analyze log.fact")
        await connection.execute("set plan_cache_mode = force_generic_plan")

        assert "Seq Scan" not in await _plan(connection, relay._HELD_UP)  # pyright: ignore[reportPrivateUsage]  (the statement itself is what is judged)
        assert "Seq Scan" in await _plan(connection, EXISTS)
    finally:
        await connection.close()
