"""The bare command leaves behind exactly what a command of ours leaves behind."""

import uuid

import asyncpg

from beaconfire.bench.bare_commands import command


async def test_a_bare_command_writes_state_fact_answer_and_audit(
    connection: asyncpg.Connection,
) -> None:
    state_id = str(uuid.uuid4())

    await command(connection, state_id, 7)
    await command(connection, state_id, 7)

    assert await connection.fetchval("select version from bench_state") == 2
    assert await connection.fetchval("select count(*) from log.fact") == 2
    assert await connection.fetchval("select count(*) from idempotency") == 2
    assert await connection.fetchval("select count(*) from audit") == 2
