"""The limit of `commands`: the same statements through bare asyncpg."""

import uuid
from typing import Final

import asyncpg
from asyncpg.pool import PoolConnectionProxy

SESSION: Final = {"search_path": "incident, pg_catalog", "timezone": "UTC"}
REMEMBERED: Final = (
    "select fingerprint, status, response from idempotency where principal = $1 and key = $2"
)
STATE: Final = """
    insert into bench_state as s (id, version) values ($1, 1)
    on conflict (id) do update set version = s.version + 1
"""
TELL: Final = (
    "select log.tell($1::uuid[], $2::text[], $3::text[], $4::json[], "
    "$5::text[], $6::text[], $7::text[], $8::json[])"
)
REMEMBER: Final = """
    with answered as (
        insert into idempotency (principal, key, fingerprint, status, response)
        select $1::text, $2::text, $3::bytea, $4::smallint, $5::bytea where $2::text is not null
    )
    insert into audit (actor, on_behalf_of, seat, action, object, result, code, correlation_id)
    values ($1, $6, $7, $8, $9, 'done', null, $10)
"""
FACT: Final = "beaconfire.incident.note-written.v1"
DATA: Final = '{"incident_id":"%s","note_id":"%s","written_at":"2026-11-24T12:00:00Z"}'
CAUSE: Final = '{"actor":"bench","correlation_id":"bench","seat":null}'


async def command(
    connection: asyncpg.Connection | PoolConnectionProxy, state_id: str, lock: int
) -> None:
    """One command: locks, the key asked for, state, fact, answer and audit, commit."""
    key, fact_id = str(uuid.uuid4()), str(uuid.uuid4())
    attempt = hash(key) % 2**62
    await connection.execute(f"BEGIN; SELECT log.open('{{{lock}}}'::bigint[], {attempt}, 'bench')")
    assert await connection.fetchrow(REMEMBERED, "bench", key) is None  # noqa: S101  (a new key)
    await connection.execute(STATE, state_id)
    await connection.execute(
        TELL, [fact_id], [FACT], [state_id], [CAUSE], [None], ["akl"], ["ordinary"],
        [DATA % (state_id, fact_id)],
    )  # fmt: skip
    await connection.execute(
        REMEMBER, "bench", key, b"\0" * 32, 201, b'{"version":1}', None, None, "incident.note",
        state_id, "bench",
    )  # fmt: skip
    await connection.execute("COMMIT")
