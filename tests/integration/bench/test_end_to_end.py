"""Section `end_to_end`, a few reports: a whole node against the bare pipeline."""

import pytest

from beaconfire.bench.end_to_end import measure
from beaconfire.bench.sections import bench_node
from beaconfire.bench.servers import serving


@pytest.mark.slow
async def test_every_report_is_heard_on_both_sides(bench_dsn: str) -> None:
    async with (
        serving("beaconfire.bench.bare_pipeline", bench_dsn) as bare_port,
        bench_node() as (port, token),
    ):
        p50, p99 = await measure(bare_port, port, token, n=4)

    assert (p50.unit, p99.unit) == ("ms p50", "ms p99")
    assert all(a <= b for a, b in zip(p50.ours, p99.ours, strict=True))
