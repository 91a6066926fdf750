"""The bare side of `positions` writes what it is sent, and no more than that."""

import asyncpg
import httpx

from beaconfire.bench.bare_positions import bare_app
from beaconfire.bench.fleet import Fleet
from beaconfire_platform.process.logins import role_of
from beaconfire_testkit.log_harness import as_role


async def test_a_batch_is_copied_into_the_history(database: str, bench_dsn: str) -> None:
    assert bench_dsn
    app = bare_app(as_role(database, role_of("geo")))
    batch = Fleet.of(7).batch(0, 0)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client,
    ):
        answer = await client.post(
            "/v1/positions", content=batch.body, headers={"Content-Type": "application/json"}
        )
    connection = await asyncpg.connect(database)
    written = await connection.fetchval("select count(*) from geo.position_history")
    await connection.close()

    assert (answer.status_code, answer.json()) == (202, {"received": 7})
    assert written == 7
