"""The bare way over Kafka: what is posted at one process is heard at the other."""

from dataclasses import replace

from beaconfire.bench.bare_apart import READER
from beaconfire.bench.brokers import a_topic
from beaconfire.bench.database import SERVICE
from beaconfire.bench.end_to_end import bare_way, delays_ms
from beaconfire.bench.servers import serving


async def test_what_is_posted_here_is_heard_there(bench_dsn: str, kafka: str) -> None:
    async with a_topic(kafka) as settings:
        topic = settings.topic(SERVICE)
        module = "beaconfire.bench.bare_apart"
        async with (
            serving(module, READER, kafka, topic) as feed,
            serving(module, bench_dsn, kafka, topic) as post,
        ):
            delays = await delays_ms(replace(bare_way(post), feed_port=feed), 3)

    assert len(delays) == 3
    assert min(delays) > 0
