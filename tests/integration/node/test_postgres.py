"""The node's PostgreSQL: orphans are stopped first, a dead one is started again."""

import asyncio
import os
import signal
from pathlib import Path

import asyncpg
import pytest

from beaconfire.node.postgres import STEADY_S, Postgres, deaths_in_a_row
from beaconfire_platform.embedded.cluster import Cluster
from beaconfire_platform.process.cannot_start import CannotStart
from beaconfire_testkit.node import open_to_all


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return open_to_all(tmp_path) / "data"


async def answers(dsn: str) -> bool:
    """Whether the server answers."""
    try:
        connection = await asyncpg.connect(dsn, timeout=2)
    except (OSError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


async def test_an_orphan_is_stopped_and_a_killed_one_is_started_again(folder: Path) -> None:
    cluster = Cluster.at(folder)
    await cluster.make()
    orphan = await cluster.start()
    said: list[str] = []
    postgres = Postgres(folder)

    await postgres.begin(said.append)
    assert await orphan.ended() == 0
    assert any("earlier node" in line for line in said)

    connection = await asyncpg.connect(postgres.cluster.dsn())
    pid = int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    await connection.close()
    os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(30):
        while not (postgres.restarts and await answers(postgres.cluster.dsn())):  # noqa: ASYNC110  (a server has no event)
            await asyncio.sleep(0.1)
    await postgres.end()

    assert not await answers(postgres.cluster.dsn())


def test_who_ran_well_for_a_minute_is_started_again_at_once() -> None:
    assert deaths_in_a_row(3, ran_s=STEADY_S - 1) == 3
    assert deaths_in_a_row(3, ran_s=STEADY_S) == 0


async def test_a_cluster_that_cannot_start_says_so_in_one_line(folder: Path) -> None:
    cluster = Cluster.at(folder)
    await cluster.make()
    (cluster.folder / "postgresql.conf").write_text("nonsense")

    with pytest.raises(CannotStart, match="the database did not start"):
        await Postgres(folder).begin(lambda _: None)
