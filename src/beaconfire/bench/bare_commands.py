"""The limit of `commands`: the same statements through bare asyncpg."""

import uuid
from typing import Final

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from beaconfire_incident.main import Statements

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


NOTE: Final = """
    insert into note (note_id, incident_id, text, written_by, seat, written_at)
    values ($1, $2, $3, $4, $5, now())
"""
INCIDENT: Final = Statements()
WRITTEN: Final = '{"incident_id":"%s","number":%d,"status":"%s","version":%d,"note_id":"%s"}'


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


async def note(
    connection: asyncpg.Connection | PoolConnectionProxy, incident_id: str, text: str, lock: int
) -> str:
    """One note of an incident: looked at before, then the transaction of `POST …/notes`."""
    key, note_id, fact_id = str(uuid.uuid4()), str(uuid.uuid4()), str(uuid.uuid4())
    assert await connection.fetchrow(INCIDENT.look, incident_id) is not None  # noqa: S101  (it is there)
    attempt = hash(key) % 2**62
    await connection.execute(f"BEGIN; SELECT log.open('{{{lock}}}'::bigint[], {attempt}, 'bench')")
    assert await connection.fetchrow(REMEMBERED, "bench", key) is None  # noqa: S101  (a new key)
    one = await connection.fetchrow(INCIDENT.get, incident_id)
    assert one is not None  # noqa: S101  (it was there a moment ago)
    await connection.execute(NOTE, note_id, incident_id, text, "bench", None)
    changed = dict(one) | {"version": one["version"] + 1}
    await connection.execute(INCIDENT.save, *(changed[name] for name in INCIDENT.saved))
    await connection.execute(
        TELL, [fact_id], [FACT], [incident_id], [CAUSE], [None], ["akl"], ["ordinary"],
        [DATA % (incident_id, note_id)],
    )  # fmt: skip
    written = WRITTEN % (incident_id, one["number"], one["status"], changed["version"], note_id)
    await connection.execute(
        REMEMBER, "bench", key, b"\0" * 32, 201, written.encode(), None, None, "incident.note",
        incident_id, "bench",
    )  # fmt: skip
    await connection.execute("COMMIT")
    return written
