"""Section `relay`, a few facts at a time: both sides publish, and what is judged is told."""

import pytest

from beaconfire.bench import relay
from beaconfire.bench.relay import GATE, GATE_P99, measure


async def test_both_figures_are_measured_beside_their_limits(
    bench_dsn: str, kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "COMMITS", 5)
    monkeypatch.setattr(relay, "WARM", 2)

    throughput, late = await measure(bench_dsn, kafka, n=300)

    assert (throughput.unit, throughput.gate, late.gate) == ("facts/s", GATE, GATE_P99)
    assert all(one > 0 for one in (*throughput.ours, *throughput.limit, *late.ours, *late.limit))
