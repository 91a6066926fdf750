"""Section `commands`, a few at a time: both sides write the same rows."""

import asyncpg

from beaconfire.bench.commands import CALLERS, measure


async def test_both_sides_write_the_same_rows(
    bench_dsn: str, connection: asyncpg.Connection
) -> None:
    (figure,) = await measure(bench_dsn, n=6)

    written = 2 * (4 * CALLERS + 6 * len(figure.ours))
    for table in ("log.fact", "idempotency", "audit"):
        assert await connection.fetchval(f"select count(*) from {table}") == written
