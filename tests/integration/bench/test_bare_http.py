"""The bare route leaves behind what our own route for notes leaves behind."""

import asyncpg
import httpx

from beaconfire.bench.bare_http import bare_app
from beaconfire.bench.command_edge import BENCH
from beaconfire.bench.opened import open_incidents
from beaconfire.bench.our_http import connected, our_app
from beaconfire_platform.access.tokens import Minter, new_signing_key
from beaconfire_platform.clock import wall_now

COUNTS = """
    select array[(select count(*) from note), (select count(*) from log.fact),
                 (select count(*) from idempotency), (select count(*) from audit)]
"""


async def test_both_routes_write_a_note_with_the_same_rows_and_answer_alike(
    bench_dsn: str, connection: asyncpg.Connection
) -> None:
    minter = Minter(new_signing_key())
    headers = {
        "Authorization": f"Bearer {minter.mint(BENCH, now=wall_now())}",
        "Idempotency-Key": "one",
    }
    [bare_id, our_id] = await open_incidents(bench_dsn, 2)
    bare = bare_app(bench_dsn)
    async with bare.router.lifespan_context(bare), connected(bench_dsn) as database:
        told = await _post(httpx.ASGITransport(bare), bare_id, {})
        assert await connection.fetchval(COUNTS) == [1, 1, 1, 1]
        ours = await _post(
            httpx.ASGITransport(our_app(database, minter.public_key)), our_id, headers
        )
        assert await connection.fetchval(COUNTS) == [2, 2, 2, 2]

    assert (told.status_code, ours.status_code) == (201, 201), ours.text
    assert told.json().keys() == ours.json().keys()
    assert told.json()["version"] == ours.json()["version"] == 2


async def _post(
    transport: httpx.ASGITransport, incident_id: str, headers: dict[str, str]
) -> httpx.Response:
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        path = f"/v1/incidents/{incident_id}/notes"
        return await client.post(path, json={"text": "smoke"}, headers=headers)
