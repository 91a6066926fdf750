"""Who writes by one statement at the end only looks until then: what could write is refused."""

from collections.abc import AsyncGenerator

import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_platform.looking import NotAtOnce
from beaconfire_testkit.log_harness import LogHarness

CAUSE = Cause(actor="test", correlation_id="looking")
WRITES = "insert into audit (actor, action, result, correlation_id) values ('a', 'b', 'done', 'c')"


@pytest.fixture
async def harness(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


async def test_what_is_asked_is_answered(harness: LogHarness) -> None:
    async with harness.writer.looking() as connection:
        assert await connection.fetchval("select $1::int + 1", 1) == 2
        row = await connection.fetchrow("\n  SELECT 3 as three")
        assert row is not None
        assert row["three"] == 3
        assert len(await connection.fetch("select * from generate_series(1, 4)")) == 4


@pytest.mark.parametrize("way", ["execute", "executemany", "fetch", "fetchrow", "fetchval", "copy"])
async def test_whatever_could_write_is_done_the_long_way(harness: LogHarness, way: str) -> None:
    async def write() -> None:
        async with harness.writer.at_once(cause=CAUSE) as tx:
            if way == "execute":
                await tx.connection.execute("select 1")
            elif way == "executemany":
                await tx.connection.executemany(WRITES, [()])
            elif way == "copy":
                await tx.connection.copy_records_to_table("audit", records=[])
            elif way == "fetch":
                await tx.connection.fetch(f"{WRITES} returning actor")
            elif way == "fetchrow":
                await tx.connection.fetchrow(f"with made as ({WRITES} returning 1) select 1")
            else:
                await tx.connection.fetchval(f"{WRITES} returning actor")

    with pytest.raises(NotAtOnce):
        await write()

    assert await harness.writer.pool.fetchval("select count(*) from audit") == 0
