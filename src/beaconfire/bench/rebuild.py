"""Section `rebuild`: the picture dropped and made again from a log of real kinds of facts.

By the very replay of `beaconfire log replay`, against bare asyncpg that reads the same rows and
writes as many. The figure counts for nothing unless the picture comes out the same, every fact was
read, nothing was told, and nobody outside was asked for anything.
"""

import time
from typing import Final

import asyncpg

from beaconfire.bench.bare_commands import SESSION
from beaconfire.bench.lives import tell_lives
from beaconfire.bench.measure import in_turn
from beaconfire.bench.report import Comparison
from beaconfire.commands.log_replay import Replayed, replay

GATE: Final = 0.08
"""Of what only copies rows: each fact is decoded, put in order, folded, and written three times.
Rounds of the very same were between 0.099 and 0.113.
"""
ASKED_PER_S: Final = 5_000.0
"""On a quiet machine; told beside the ratio and not judged, since machines differ."""
N: Final = 80_000
BATCH: Final = 1_000
"""As many at once as the replay reads and writes."""
_TABLE: Final = """
    create table bench_copy (at bigint generated always as identity primary key, key text not null,
                             version bigint not null, data json not null)
"""
_READ: Final = """
    select txid, row, id, source, type, key, key_version, time, cause, owner, division, sensitivity,
           data
    from log.fact where (txid, row) > ($1, $2) order by txid, row limit $3
"""
_COPY: Final = "insert into bench_copy (key, version, data) values ($1, $2, $3)"
_TOLD: Final = "select count(*) from log.fact"


class NotTheSame(Exception):  # noqa: N818  (told to people as it is)
    """What came back is another picture, not of every fact, or it reached somebody."""


async def measure(owner_dsn: str, *, n: int = N) -> list[Comparison]:
    """Facts a second, against the bare copy and against what is asked for."""
    told = await tell_lives(owner_dsn, n)
    first = await _replayed(owner_dsn)

    async def bare() -> float:
        return await copied_per_s(owner_dsn)

    async def ours() -> float:
        done = await _replayed(owner_dsn)
        require_same(done, first.after, told, await _told(owner_dsn))
        return done.rate

    limits, figures = await in_turn(bare, ours)
    asked = tuple(ASKED_PER_S for _ in figures)
    return [
        Comparison("rebuild", "facts/s", limits, figures, GATE, more_is_better=True, n=told),
        Comparison("rebuild", "facts/s, asked for", asked, figures, None,
                   more_is_better=True, n=told),
    ]  # fmt: skip


def require_same(done: Replayed, picture: str, told: int, told_after: int) -> None:
    """NotTheSame unless it is the picture, of so many facts, and it reached nobody."""
    if (done.before, done.after) != (picture, picture):
        raise NotTheSame(f"the picture is {done.after}, before it was {done.before}, not {picture}")
    if done.facts != told or told_after != told:
        raise NotTheSame(f"{done.facts} facts read, {told_after} told, of {told}")
    if done.intents or done.parked:
        raise NotTheSame(f"{done.intents} outside effects asked for, {done.parked} facts parked")


async def _replayed(owner_dsn: str) -> Replayed:
    return await replay("bench", None, owner_dsn, lambda _: None)


async def _told(owner_dsn: str) -> int:
    connection = await asyncpg.connect(owner_dsn, server_settings=SESSION)
    try:
        return int(await connection.fetchval(_TOLD))
    finally:
        await connection.close()


async def copied_per_s(owner_dsn: str) -> float:
    """Read in the log's order, write one row for each, commit a thousand together."""
    connection = await asyncpg.connect(owner_dsn, server_settings=SESSION)
    try:
        await connection.execute(_TABLE)
        began, copied, at = time.perf_counter(), 0, (0, 0)
        while True:
            async with connection.transaction():
                found = await connection.fetch(_READ, *at, BATCH)
                await connection.executemany(
                    _COPY, [(one["key"], one["key_version"], one["data"]) for one in found]
                )
            if not found:
                return copied / (time.perf_counter() - began)
            copied, at = copied + len(found), (found[-1]["txid"], found[-1]["row"])
    finally:
        await connection.execute("drop table if exists bench_copy")
        await connection.close()
