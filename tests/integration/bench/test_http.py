"""Section `http`, a few requests: two servers in processes of their own, both answering."""

import pytest

from beaconfire.bench.http import measure


@pytest.mark.slow
async def test_both_servers_answer(bench_dsn: str) -> None:
    (figure,) = await measure(bench_dsn, n=8)

    assert figure.section == "http"
    assert min(*figure.limit, *figure.ours) > 0
