"""The table of facts has as many as were asked for, of a thousand streams without a hole."""

import asyncpg

from beaconfire.bench.told import AT_ONCE, STREAMS, table_of_facts, tell
from beaconfire_platform.ids import new_id


async def test_it_has_as_many_facts_as_were_asked_for(
    bench_dsn: str, connection: asyncpg.Connection
) -> None:
    n = STREAMS + AT_ONCE
    async with table_of_facts(bench_dsn, n) as database:
        await tell(database, [new_id()])

    assert await connection.fetchval("select count(*) from log.fact") == n + 1
    assert await connection.fetchval("select max(version) from log.stream") == 2
