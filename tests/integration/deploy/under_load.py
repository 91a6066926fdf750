"""Twenty reports a second at a deployment, and afterwards: each of them took effect once."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import asyncpg
from tests.integration.deploy.conftest import Whole, until

from chaos.load import Ledger, Load

SOME: Final = 20
"""Reports after which the next thing happens: a second of them."""
CAUGHT_UP_S_MAX: Final = 60
_PLACED: Final = """
    select key, count(*) as times from log.fact
    where type like 'beaconfire.geo.incident-placed.%' group by key
"""
_IN_PICTURE: Final = """
    select report_id, count(*) as times
    from situation.record, json_array_elements_text(data -> 'report_ids') as report_id
    where kind = 'incident' and source = 'incident' group by report_id
"""


async def comes(true: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    """Wait until what somebody must be asked for is true."""
    async with asyncio.timeout(seconds):
        while not await true():  # noqa: ASYNC110  (rows and routes have no event)
            await asyncio.sleep(0.05)


async def asked(dsn: str, sql: str) -> list[asyncpg.Record]:
    """What a database says, as its owner sees it."""
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetch(sql)
    finally:
        await connection.close()


@asynccontextmanager
async def reports(whole: Whole, folder: Path, *, seed: int) -> AsyncGenerator[Load]:
    """Twenty a second through the gateway; at the end each is answered."""
    ended = asyncio.Event()
    with Ledger(folder / f"acked-{seed}") as ledger:
        load = Load(whole.deployment.origin, whole.dispatcher, ledger, seed=seed)
        telling = asyncio.create_task(load.tell_until(ended))
        try:
            yield load
        finally:
            ended.set()
            await telling


async def require_once(whole: Whole, load: Load) -> None:
    """Everything answered took effect once, at whoever hears of it; nobody is behind."""
    books = whole.books

    async def is_caught_up() -> bool:
        return not any((await books.behind(await books.told())).values())

    await comes(is_caught_up, CAUGHT_UP_S_MAX)
    effects, _ = await books.effects()
    assert (load.refused, load.unanswered) == ([], [])
    assert len(load.acked) >= SOME, "too few reports: this run proves nothing"
    assert [one.key for one in load.acked if not effects[one.key].is_once] == []
    assert [one.key for one in load.acked if effects[one.key].report_id != one.report_id] == []
    shown = {
        row["report_id"]: row["times"] for row in await asked(whole.dsn("situation"), _IN_PICTURE)
    }
    assert [one.key for one in load.acked if shown.get(str(one.report_id)) != 1] == []
    placed = {row["times"] for row in await asked(whole.dsn("geo"), _PLACED)}
    assert placed == {1}, "an incident was placed twice, or none was"
    assert await books.journal_repeats() == 0
    assert sum((await books.set_aside()).values()) == 0


async def more(load: Load) -> None:
    """Wait until some more are answered."""
    wanted = len(load.acked) + SOME
    await until(lambda: len(load.acked) >= wanted, 60)
