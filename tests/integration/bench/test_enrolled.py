"""Units of the bench are registered as any others: kept, and told once."""

import asyncpg

from beaconfire.bench.enrolled import AT_ONCE, enrol
from beaconfire_platform.ids import new_id
from beaconfire_platform.process.logins import role_of
from beaconfire_testkit.log_harness import as_role


async def test_all_units_are_kept_and_told(database: str, bench_dsn: str) -> None:
    assert bench_dsn
    units = [new_id() for _ in range(AT_ONCE + 3)]

    await enrol(as_role(database, role_of("dispatch")), units)

    connection = await asyncpg.connect(database)
    kept = await connection.fetch("select unit_id::text from dispatch.unit order by 1")
    told = await connection.fetchval(
        "select count(*) from log.fact where type = 'beaconfire.dispatch.unit-registered.v1'"
    )
    await connection.close()
    assert [one["unit_id"] for one in kept] == sorted(units)
    assert told == len(units)
