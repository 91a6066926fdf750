"""The bench's incidents are open, each by itself."""

import asyncpg

from beaconfire.bench.opened import open_incidents


async def test_each_is_open_and_another(bench_dsn: str, connection: asyncpg.Connection) -> None:
    made = await open_incidents(bench_dsn, 3)

    kept = await connection.fetch("select incident_id::text, status from incident order by number")
    assert [tuple(one) for one in kept] == [(one, "open") for one in made]
    assert len(set(made)) == 3
