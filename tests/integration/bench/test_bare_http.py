"""The bare route does the same transaction as ours."""

import uuid

import asyncpg
import httpx

from beaconfire.bench.bare_http import bare_app


async def test_a_bare_request_is_one_command(
    bench_dsn: str, connection: asyncpg.Connection
) -> None:
    app = bare_app(bench_dsn)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client,
    ):
        answer = await client.post("/v1/bench", json={"id": str(uuid.uuid4()), "text": "smoke"})

    assert (answer.status_code, answer.json()) == (201, {"version": 1})
    assert await connection.fetchval("select count(*) from audit") == 1
