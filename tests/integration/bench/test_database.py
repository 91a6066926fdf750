"""The bench's database is as durable as the node's, and gone afterwards."""

import asyncpg
import pytest

from beaconfire.bench.database import bench_database, fdatasync_per_s
from beaconfire_platform.embedded.cluster import verify_durable


async def test_it_is_durable_and_gone_afterwards() -> None:
    async with bench_database() as dsn:
        connection = await asyncpg.connect(dsn)
        await verify_durable(connection)
        assert await connection.fetchval("select count(*) from incident.bench_state") == 0
        await connection.close()

    with pytest.raises(FileNotFoundError):
        await asyncpg.connect(dsn, timeout=2)


def test_the_disk_is_asked_for_real() -> None:
    assert fdatasync_per_s(0.05) > 0
