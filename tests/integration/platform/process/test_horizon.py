"""Who holds the log back is measured, and told once when it is long and once when too long."""

import asyncio
import math
import re

import asyncpg
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from beaconfire_platform.process.horizon import Held, Horizon
from beaconfire_testkit.node import free_port


def gauge() -> float | None:
    return REGISTRY.get_sample_value("beaconfire_log_horizon_seconds")


async def test_an_open_transaction_is_measured_with_its_holder(database: str) -> None:
    holder = await asyncpg.connect(database)
    await holder.execute("begin; create table held (one integer)")
    await asyncio.sleep(0.2)
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        held = await Horizon(pool).look()
        measured = gauge()
    pid = holder.get_server_pid()
    await holder.close()

    assert held.holder is not None
    assert held.holder["pid"] == pid
    assert held.seconds >= 0.2
    assert measured == held.seconds


async def test_of_anothers_transaction_it_is_measured_how_long_we_have_seen_it(
    database: str,
) -> None:
    owner = await asyncpg.connect(database)
    await owner.execute("begin; create table held (one integer)")
    as_service = re.sub(r"://[^@]*@", "://beaconfire_geo@", database)
    async with asyncpg.create_pool(as_service, min_size=1, max_size=1) as pool:
        horizon = Horizon(pool)
        first = await horizon.look()
        await asyncio.sleep(0.2)
        second = await horizon.look()
    await owner.close()

    assert first.holder is not None
    assert first.holder["seconds"] is None
    assert second.seconds >= first.seconds + 0.2


async def test_without_a_database_it_is_unknown_and_nothing_breaks() -> None:
    pool = asyncpg.create_pool(
        f"postgresql://nobody@127.0.0.1:{free_port()}/beaconfire", min_size=0, max_size=1
    )
    await pool
    await Horizon(pool).measure()
    await pool.close()

    assert math.isnan(gauge() or 0.0)


def test_it_is_told_once_each_time_it_gets_worse() -> None:
    horizon = Horizon(None)  # type: ignore[arg-type]  # telling asks no database

    with capture_logs() as lines:
        for seconds in (0.5, 1.5, 1.8, 5.5, 6.0, 0.0, 1.2):
            horizon.tell(Held(seconds, {"pid": 7}))

    assert [(one["log_level"], one["seconds"]) for one in lines] == [
        ("warning", 1.5),
        ("error", 5.5),
        ("warning", 1.2),
    ]


async def test_watching_tells_of_a_transaction_that_stays_open(database: str) -> None:
    holder = await asyncpg.connect(database)
    await holder.execute("begin; create table held (one integer)")
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        with capture_logs() as lines:
            watching = asyncio.create_task(Horizon(pool).watch_forever())
            await asyncio.sleep(2.5)
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
    await holder.close()

    assert [one["event"] for one in lines] == ["log_held_back"]
