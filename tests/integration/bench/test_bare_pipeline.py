"""The bare pipeline tells what was inserted to whoever listens."""

from beaconfire.bench.bare_pipeline import pipeline_app
from beaconfire.bench.end_to_end import bare_way, delays_ms
from beaconfire.bench.servers import serving


async def test_what_is_posted_is_heard(bench_dsn: str) -> None:
    async with serving("beaconfire.bench.bare_pipeline", bench_dsn) as port:
        delays = await delays_ms(bare_way(port), 3)

    assert len(delays) == 3
    assert min(delays) > 0
    assert pipeline_app(bench_dsn).url_path_for("post_told") == "/v1/bench"
