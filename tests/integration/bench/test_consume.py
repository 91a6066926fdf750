"""Section `consume`, a few facts at a time: both sides read them all."""

from beaconfire.bench.consume import GATE, measure


async def test_both_sides_read_everything(bench_dsn: str, kafka: str) -> None:
    (figure,) = await measure(bench_dsn, kafka, n=300)

    assert (figure.section, figure.gate, figure.n) == ("consume", GATE, 300)
    assert all(one > 0 for one in (*figure.ours, *figure.limit))
