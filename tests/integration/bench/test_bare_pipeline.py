"""The bare pipeline tells what was inserted to whoever listens."""

import asyncio
import uuid

import asyncpg
import pytest

from beaconfire.bench.bare_pipeline import INSERT, pipeline_app
from beaconfire.bench.client import PlainClient
from beaconfire.bench.end_to_end import Ears, bare_way, delays_ms
from beaconfire.bench.servers import serving


async def test_what_is_posted_is_heard(bench_dsn: str) -> None:
    async with serving("beaconfire.bench.bare_pipeline", bench_dsn) as port:
        delays = await delays_ms(bare_way(port), 3)

    assert len(delays) == 3
    assert min(delays) > 0
    assert pipeline_app(bench_dsn).url_path_for("post_told") == "/v1/bench"


async def test_a_row_that_is_committed_after_its_successor_is_heard_too(
    bench_dsn: str, connection: asyncpg.Connection
) -> None:
    slow, quick, last = (str(uuid.uuid4()) for _ in range(3))
    async with serving("beaconfire.bench.bare_pipeline", bench_dsn) as port:
        way = bare_way(port)
        client = await PlainClient.connect(port)
        async with way.ears() as ears:
            async with connection.transaction():
                await connection.execute(INSERT, slow, "smoke")
                await way.post(client, quick)
                await _heard(ears, quick)
            await way.post(client, last)
            await _heard(ears, last)
        await client.close()

    assert list(ears.heard) == [quick, slow, last]


async def _heard(ears: Ears, name: str) -> None:
    for _ in range(1_000):
        if name in ears.heard:
            return
        await asyncio.sleep(0.01)
    pytest.fail("it was never heard")
