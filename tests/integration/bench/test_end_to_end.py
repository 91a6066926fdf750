"""Section `end_to_end`, a few reports: a whole node against the bare pipeline."""

import pytest

from beaconfire.bench.end_to_end import measure
from beaconfire.bench.sections import bench_node
from beaconfire.bench.servers import serving


@pytest.mark.slow
async def test_every_report_is_heard_on_both_sides(bench_dsn: str) -> None:
    async with (
        serving("beaconfire.bench.bare_pipeline", bench_dsn) as bare_port,
        serving("beaconfire.bench.bare_durable", bench_dsn) as durable_port,
        bench_node() as (port, token),
    ):
        figures = await measure(bare_port, durable_port, port, token, n=4, rounds=2)

    p50, p99, _, durable = figures
    assert [one.gate for one in figures] == [None, 2.5, None, None]
    assert p99.ours == durable.ours
    assert all(a <= b for a, b in zip(p50.ours, p99.ours, strict=True))
