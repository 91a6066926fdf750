"""The bare ways over Kafka: what is posted at one process is heard at the other, and published."""

import asyncpg
import pytest

from beaconfire.bench.bare_apart import DURABLE_READER, DURABLE_WRITER, READER, WRITER
from beaconfire.bench.end_to_end import delays_ms
from beaconfire.bench.end_to_end_apart import bare_apart_way, to_topic


@pytest.mark.parametrize(
    ("writer", "reader", "folded"), [(WRITER, READER, 0), (DURABLE_WRITER, DURABLE_READER, 6)]
)
async def test_what_is_posted_here_is_heard_there(
    bench_dsn: str, connection: asyncpg.Connection, kafka: str,
    writer: str, reader: str, folded: int,
) -> None:  # fmt: skip
    async with bare_apart_way(bench_dsn, kafka, writer, reader) as (way, topic):
        delays = await delays_ms(way, 3)
        published = await delays_ms(to_topic(way, kafka, topic), 3)

    assert (len(delays), len(published)) == (3, 3)
    assert min(*delays, *published) > 0
    assert await connection.fetchval("select count(*) from bench_picture") == folded
