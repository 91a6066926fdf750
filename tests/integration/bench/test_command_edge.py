"""The bench's own route stands behind the same edge as every other."""

import uuid

import httpx

from beaconfire.bench.command_edge import BENCH, PATH
from beaconfire.bench.our_http import connected, our_app
from beaconfire_platform.access.tokens import Minter, new_signing_key
from beaconfire_platform.clock import wall_now


async def test_the_same_key_is_one_command(bench_dsn: str) -> None:
    minter = Minter(new_signing_key())
    headers = {
        "Authorization": f"Bearer {minter.mint(BENCH, now=wall_now())}",
        "Idempotency-Key": "one",
    }
    body = {"id": str(uuid.uuid4()), "text": "smoke"}
    async with connected(bench_dsn) as database:
        transport = httpx.ASGITransport(our_app(database, minter.public_key))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            stranger = await client.post(PATH, json=body)
            first = await client.post(PATH, json=body, headers=headers)
            again = await client.post(PATH, json=body, headers=headers)

    assert stranger.status_code == 401
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotency-replayed"] == "true"
