"""The bare pipeline that may lose nothing: what is posted stands in log, picture and journal."""

import asyncpg

from beaconfire.bench.bare_durable import Fact, text_of
from beaconfire.bench.end_to_end import bare_way, delays_ms
from beaconfire.bench.servers import serving

STANDS = """
    select (select count(*) from log.fact where source = 'incident') as facts,
           (select count(*) from bench_picture) as things,
           (select count(*) from bench_journal) as changes,
           (select (txid, row) from bench_position)
             = (select (txid, row) from log.fact order by txid desc, row desc limit 1) as at_end
"""


async def test_what_is_posted_is_written_down_and_heard(
    bench_dsn: str, connection: asyncpg.Connection
) -> None:
    async with serving("beaconfire.bench.bare_durable", bench_dsn) as port:
        delays = await delays_ms(bare_way(port), 3)
    stands = await connection.fetchrow(STANDS)

    assert len(delays) == 3
    assert stands is not None
    assert tuple(stands) == (3, 3, 3, True)
    assert text_of(Fact(1, 2, "a", 3)) == '{"id": "a", "version": 3}'
