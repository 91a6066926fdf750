"""A fresh database for each test, empty or prepared, on a server without the network."""

import asyncpg

from beaconfire_platform.schema import ServiceSchema, migrate
from beaconfire_testkit.postgres import SERVICES, PostgresServer

_TABLES = """
    select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
"""
ALL = [ServiceSchema(one, f"beaconfire_{one}", f"beaconfire_{one}") for one in SERVICES]


async def test_a_database_is_empty_and_its_own(empty_database: str) -> None:
    connection = await asyncpg.connect(empty_database)
    try:
        assert await connection.fetchval(_TABLES) == 0
        assert await connection.fetchval("show listen_addresses") == ""
    finally:
        await connection.close()


async def test_a_prepared_database_is_as_one_that_was_migrated(
    database: str, empty_database: str
) -> None:
    ran = await migrate(database, ALL), await migrate(empty_database, ALL)
    told: list[list[tuple[object, ...]]] = []
    for one in (database, empty_database):
        connection = await asyncpg.connect(one)
        found = await connection.fetch(
            "select n.nspname, c.relname, c.relacl::text, "
            # What was migrated is counted by autovacuum whenever it comes by.
            "n.nspname = 'public' or c.reltuples <= 0 from pg_class c "
            "join pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname !~ '^pg_' order by 1, 2"
        )
        told.append([tuple(row) for row in found])
        await connection.close()

    assert ran[0] == 0 < ran[1]
    assert told[0] == told[1]


async def test_a_dropped_database_is_gone_whoever_is_connected(
    postgres_server: PostgresServer,
) -> None:
    dsn = await postgres_server.create("to_be_dropped")
    connection = await asyncpg.connect(dsn)
    await postgres_server.drop("to_be_dropped")
    try:
        await asyncpg.connect(dsn)
    except asyncpg.InvalidCatalogNameError:
        pass
    else:
        raise AssertionError("it is still there")
    finally:
        connection.terminate()
