"""Our side of `http` refuses what every route of ours refuses."""

import httpx

from beaconfire.bench.our_http import connected, our_app
from beaconfire_platform.access.tokens import Minter, new_signing_key


async def test_an_unknown_route_is_a_problem_document(bench_dsn: str) -> None:
    async with connected(bench_dsn) as database:
        app = our_app(database, Minter(new_signing_key()).public_key)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://test"
        ) as client:
            answer = await client.get("/nowhere")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
