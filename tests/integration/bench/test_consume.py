"""Section `consume`, a few facts at a time: both sides read them all."""

from beaconfire.bench.consume import BATCH, GATE, measure

N = 2 * BATCH
"""The first batch is read before the clock begins."""


async def test_both_sides_read_everything(bench_dsn: str, kafka: str) -> None:
    (figure,) = await measure(bench_dsn, kafka, n=N)

    assert (figure.section, figure.gate, figure.n) == ("consume", GATE, N)
    assert all(one > 0 for one in (*figure.ours, *figure.limit))
