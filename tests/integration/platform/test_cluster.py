"""A cluster of our own: made once, durable or refused, stopped fast, mended after a kill."""

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from beaconfire_platform.embedded.cluster import (
    SOCKET_PATH_BYTES_MAX,
    Cluster,
    ClusterBroken,
    NotDurable,
    orphan_pid,
    uncollected_pid,
    verify_durable,
)
from beaconfire_testkit.node import open_to_all


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return (
        open_to_all(tmp_path)
        / "a-folder-with-a-name-so-long-that-no-socket-would-fit-below-it"
        / ("x" * 60)
    )


async def test_it_is_made_started_killed_mended_and_stopped(folder: Path) -> None:
    cluster = Cluster.at(folder)
    await cluster.make()
    assert cluster.is_made
    assert len(str(cluster.socket_folder / ".s.PGSQL.5432").encode()) <= SOCKET_PATH_BYTES_MAX

    postmaster = await cluster.start()
    await cluster.create_database()
    connection = await asyncpg.connect(cluster.dsn())
    await verify_durable(connection)
    await connection.execute("create table kept (n int); insert into kept values (1)")
    postmaster.send(signal.SIGKILL)
    await postmaster.ended()
    connection.terminate()
    await asyncio.sleep(0.5)

    again = await Cluster.at(folder).start()
    connection = await asyncpg.connect(cluster.dsn())
    assert await connection.fetchval("select n from kept") == 1
    assert await connection.fetchval("show listen_addresses") == ""
    await connection.close()
    await cluster.stop(again)
    assert again.has_ended
    assert "system is starting up" not in (folder / "postgres.log").read_text("utf-8")


async def test_whoever_is_cancelled_while_it_starts_leaves_no_server_behind(folder: Path) -> None:
    cluster = Cluster.at(folder)
    await cluster.make()

    starting = asyncio.create_task(cluster.start())
    async with asyncio.timeout(10):
        while not (cluster.folder / "postmaster.pid").exists():  # noqa: ASYNC110  (a file has no event)
            await asyncio.sleep(0.001)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)

    assert orphan_pid(cluster.folder) is None


def test_who_is_dead_and_not_collected_is_told_from_who_runs(tmp_path: Path) -> None:
    pid = os.posix_spawnp("sleep", ["sleep", "60"], os.environ)
    (tmp_path / "postmaster.pid").write_text(f"{pid}\n")
    running = uncollected_pid(tmp_path)

    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # it has ended, and is still there
    dead = uncollected_pid(tmp_path)
    os.waitpid(pid, 0)

    assert (running, dead, uncollected_pid(tmp_path)) == (None, pid, None)


async def test_a_server_that_may_lose_what_it_acknowledged_is_refused(folder: Path) -> None:
    cluster = Cluster.at(folder, settings={"synchronous_commit": "off"})
    await cluster.make()
    postmaster = await cluster.start()
    connection = await asyncpg.connect(cluster.dsn(database="postgres"))
    try:
        with pytest.raises(NotDurable, match="synchronous_commit"):
            await verify_durable(connection)
    finally:
        await connection.close()
        await cluster.stop(postmaster)


async def test_what_an_interrupted_making_left_is_made_anew(folder: Path) -> None:
    cluster = Cluster.at(folder)
    cluster.folder.mkdir(parents=True)
    (cluster.folder / "half").write_text("x")

    await cluster.make()

    assert not (cluster.folder / "half").exists()


async def test_a_server_that_cannot_start_says_its_last_words(folder: Path) -> None:
    cluster = Cluster.at(folder)
    await cluster.make()
    broken = replace(cluster, settings={**cluster.settings, "shared_buffers": "nonsense"})

    (folder / "postgres.log").write_text("LOG:  of an earlier day\n")

    with pytest.raises(ClusterBroken, match="shared_buffers") as told:
        await broken.start()

    assert "earlier day" not in str(told.value)
    assert str(told.value).startswith("FATAL:")
    assert str(folder / "postgres.log") in str(told.value)
