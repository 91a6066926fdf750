"""Who reads on finds its place by the key, whenever the plan was made, however much was told."""

from collections.abc import AsyncGenerator

import asyncpg
import pytest

from beaconfire_testkit.log_harness import WRITER, LogHarness

_SCANS = "select seq_scan from pg_stat_xact_user_tables where relname = 'fact'"
_READ = "select count(*) from log.read($1, 0, array[$2], 100)"
_READ_ON = "select count(*) from log.read_on($1, 0, $2, 100)"


@pytest.fixture
async def harness(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


@pytest.mark.parametrize("asked", [_READ, _READ_ON])
async def test_reading_on_never_reads_the_whole_table(
    harness: LogHarness, database: str, asked: str
) -> None:
    """The plan is made, and kept, while the table is empty: then a scan seems to be best."""
    connection: asyncpg.Connection = await asyncpg.connect(database)
    try:
        for _ in range(10):
            await connection.fetchval(asked, 0, WRITER)
        await harness.tell(*(f"k{number}" for number in range(200)))
        last = int(await connection.fetchval("select max(txid) from log.fact") or 0)

        async with connection.transaction():
            before = await connection.fetchval(_SCANS)
            assert await connection.fetchval(asked, last - 1, WRITER)
            assert not await connection.fetchval(asked, last + 1, WRITER)
            assert not await connection.fetchval(asked, last - 1, "nobody")
            assert await connection.fetchval(_SCANS) == before
    finally:
        await connection.close()
