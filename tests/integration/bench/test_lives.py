"""Lives of incidents: real kinds of facts, as many as asked for, told by who owns them."""

import asyncpg

from beaconfire.bench.lives import A_LIFE, TOLD, UNITS, tell_lives

_KINDS = "select source, count(*) as facts, count(distinct type) as kinds from log.fact group by 1"
_OPEN = "select count(*) from pg_stat_activity where application_name = 'beaconfire'"


async def test_whole_lives_are_told_by_the_services_that_own_the_facts(
    bench_dsn: str, database: str
) -> None:
    del bench_dsn  # migrated
    told = await tell_lives(database, UNITS + 70 * A_LIFE - 1)

    connection = await asyncpg.connect(database)
    kinds = {one["source"]: (one["facts"], one["kinds"]) for one in await connection.fetch(_KINDS)}
    await connection.close()
    assert told == UNITS + 70 * A_LIFE
    assert kinds == {"incident": (70 * 6, 6), "geo": (70, 1), "dispatch": (UNITS + 70 * 11, 10)}
    assert kinds.keys() == set(TOLD)


async def test_nobody_is_connected_afterwards(bench_dsn: str, database: str) -> None:
    del bench_dsn  # migrated
    await tell_lives(database, 1)

    connection = await asyncpg.connect(database)
    still_open = await connection.fetchval(_OPEN + " and datname = current_database()")
    await connection.close()
    assert still_open == 0
