"""A fresh, empty database for each test, on a server without the network."""

import asyncpg

from beaconfire_testkit.postgres import PostgresServer


async def test_a_database_is_empty_and_its_own(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        tables = await connection.fetchval(
            "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')"
        )
        assert tables == 0
        assert await connection.fetchval("show listen_addresses") == ""
    finally:
        await connection.close()


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
