"""Readiness is what the parts say: database, horizon, tasks and disk."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from fastapi import APIRouter
from laws.runbook import READINESS, parts_of
from laws.tree import Tree
from prometheus_client import REGISTRY

from beaconfire_platform.ground import Service
from beaconfire_platform.log.health import RelayHealth
from beaconfire_platform.log.kafka.refill import HistoryForked
from beaconfire_platform.our_words import Fenced
from beaconfire_platform.process.health import Health
from beaconfire_platform.process.running import Running
from beaconfire_testkit.log_harness import LogHarness
from beaconfire_testkit.node import free_port

ROOT = Path(__file__).parents[4]


async def test_a_whole_node_is_ready(database: str, tmp_path: Path) -> None:
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        ready, parts = await Health(pool, [], Running(), tmp_path).findings()

    assert ready
    assert all(part["ok"] for part in parts.values())


async def test_each_part_that_may_be_called_not_ready_is_one_that_the_runbook_is_held_to(
    database: str, tmp_path: Path
) -> None:
    relays = {"relay": RelayHealth(failing=HistoryForked.__name__)}
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        health = Health(pool, [], Running(), tmp_path, relays, is_draining=True)
        ready, parts = await health.findings()
    module = next(one for one in Tree(ROOT).sources if one.path == READINESS)

    assert not ready
    assert {one for one, part in parts.items() if not part["ok"]} == {"relay", "draining"}
    assert parts.keys() - relays.keys() == {part for _, part in parts_of(module)}


async def test_a_full_disk_makes_it_not_ready(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beaconfire_platform.process.health.READY_BYTES_MIN", 2**70)
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        ready, parts = await Health(pool, [], Running(), tmp_path).findings()

    assert not ready
    assert not parts["disk"]["ok"]


async def test_a_task_that_fails_again_and_again_makes_it_not_ready(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beaconfire_platform.process.running.PAUSE_S", (0.0,))
    running = Running()

    thrice = asyncio.Event()

    async def broken() -> None:
        if running.failing():
            thrice.set()
        raise RuntimeError("broken")

    running.start("incident/broken", broken)
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        await asyncio.wait_for(thrice.wait(), 5)
        health = Health(pool, [], running, tmp_path)
        ready, parts = await health.findings()
    await health.measure()
    await running.stop()

    assert not ready
    assert parts["tasks"]["failing"] == {"incident/broken": "RuntimeError"}
    times = REGISTRY.get_sample_value("beaconfire_task_failures", {"task": "incident/broken"})
    assert times is not None
    assert times >= 3


async def test_a_consumer_that_fails_in_a_row_makes_it_not_ready(
    database: str, tmp_path: Path
) -> None:
    async with (
        LogHarness(database).running() as harness,
        asyncpg.create_pool(database, min_size=1, max_size=1) as pool,
    ):
        consumer = harness.consumer("stuck")
        service = Service("situation", APIRouter(), consumers=[consumer])
        health = Health(pool, [service], Running(), tmp_path)
        consumer.health.failed(Fenced())
        once = await health.findings()
        for _ in range(2):
            consumer.health.failed(Fenced())
        in_a_row = await health.findings()
        await health.measure()
        measured = REGISTRY.get_sample_value("beaconfire_consumer_failures", {"consumer": "stuck"})
        consumer.health.went_well()
        well = await health.findings()

    assert (once[0], in_a_row[0], well[0]) == (True, False, True)
    assert in_a_row[1]["consumers"]["failing"] == {"stuck": "Fenced"}
    assert measured == 3


async def test_who_holds_the_log_back_is_named(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beaconfire_platform.process.health.HORIZON_S_MAX", 0.0)
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
