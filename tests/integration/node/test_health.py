"""Readiness is what the parts say: database, horizon, tasks and disk."""

from pathlib import Path

import asyncpg
import pytest

from beaconfire.node.health import Health
from beaconfire.node.running import Running
from beaconfire_testkit.node import free_port


async def test_a_whole_node_is_ready(database: str, tmp_path: Path) -> None:
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        ready, parts = await Health(pool, [], Running(), tmp_path).findings()

    assert ready
    assert all(part["ok"] for part in parts.values())


async def test_a_full_disk_makes_it_not_ready(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beaconfire.node.health.FREE_BYTES_MIN", 2**70)
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        ready, parts = await Health(pool, [], Running(), tmp_path).findings()

    assert not ready
    assert not parts["disk"]["ok"]


async def test_who_holds_the_log_back_is_named(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beaconfire.node.health.HORIZON_S_MAX", 0.0)
    holder = await asyncpg.connect(database)
    await holder.execute("begin; create table held (one integer)")
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        ready, parts = await Health(pool, [], Running(), tmp_path).findings()
    pid = holder.get_server_pid()
    await holder.close()

    assert not ready
    assert parts["horizon"]["holder"]["pid"] == pid


async def test_without_its_database_it_is_not_ready(tmp_path: Path) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/beaconfire"
    pool = asyncpg.create_pool(url, min_size=0, max_size=1)
    await pool

    ready, parts = await Health(pool, [], Running(), tmp_path).findings()
    await pool.close()

    assert not ready
    assert not parts["database"]["ok"]
