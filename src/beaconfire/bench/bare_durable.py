"""The limit of `end_to_end` for whoever may lose nothing: both transactions of a report, no more.

A POST runs the transaction of a command (state, fact, answer, audit). A reader of the log writes
what is new into a picture and its journal, with its own position, in another; then it is told by
websocket. FastAPI and asyncpg alone: no rights, no look for duplicates, nobody else who reacts.
"""

import asyncio
import json
import sys
from typing import Final, NamedTuple

import asyncpg

from beaconfire.bench.bare_commands import command
from beaconfire.bench.bare_pipeline import Pipeline, Told, serve

FACTS: Final = """
    select txid, row, key, key_version from log.fact
    where (txid, row) > ($1, $2) and source = 'incident'
      and txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    order by txid, row
"""
HELD_BACK_S: Final = 0.005
"""A fact below the horizon is seen once whoever began before it has ended: so long is waited."""
AT: Final = "select version from bench_picture where id = any($1::uuid[])"
FOLD: Final = """
    with kept as (
        insert into bench_picture as p (id, version, data)
        select * from unnest($1::uuid[], $2::bigint[], $3::json[])
        on conflict (id) do update set version = excluded.version, data = excluded.data
        where p.version < excluded.version
    )
    insert into bench_journal (id, version, data)
    select * from unnest($1::uuid[], $2::bigint[], $3::json[])
"""
MOVE: Final = "update bench_position set txid = $1, row = $2"


class Fact(NamedTuple):
    """What the log says of one report."""

    txid: int
    row: int
    id: str
    version: int


class Owed:
    """What was written and not seen yet: only while there is such is it looked for again."""

    def __init__(self) -> None:
        """Nothing."""
        self.count = 0
        self.bell = asyncio.Event()

    def write(self) -> None:
        """One more."""
        self.count += 1
        self.bell.set()

    def see(self, number: int) -> None:
        """So many of them, or of those that were there before."""
        self.count = max(0, self.count - number)

    async def wait(self) -> None:
        """Until something is written; where something is owed, HELD_BACK_S at most."""
        try:
            async with asyncio.timeout(HELD_BACK_S if self.count > 0 else None):
                await self.bell.wait()
        except TimeoutError:
            pass
        self.bell.clear()


class Durable(Pipeline):
    """The bare pipeline with everything written down that must not be lost."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """The tables are there."""
        super().__init__(pool)
        self.owed = Owed()

    async def insert(self, told: Told) -> None:
        """The transaction of a command; then the bell."""
        await insert(self.pool, told)
        self.owed.write()

    async def relay_forever(self) -> None:
        """What is new is folded, then told."""
        last = 0, 0
        while True:
            await self.owed.wait()
            if found := await facts_after(self.pool, *last):
                await fold(self.pool, found)
                last = found[-1].txid, found[-1].row
                self.owed.see(len(found))
            for fact in found:
                for one in tuple(self.listeners):
                    await one.send_text(text_of(fact))


async def insert(pool: asyncpg.Pool, told: Told) -> None:
    """The transaction of a command that is about a thing of this id."""
    async with pool.acquire() as connection:
        await command(connection, told.id, hash(told.id) % 2**62)


async def facts_after(pool: asyncpg.Pool, txid: int, row: int) -> list[Fact]:
    """What the log has after a place."""
    return [
        Fact(one["txid"], one["row"], one["key"], one["key_version"])
        for one in await pool.fetch(FACTS, txid, row)
    ]


async def fold(pool: asyncpg.Pool, facts: list[Fact]) -> None:
    """Picture, journal and position in one transaction."""
    ids = [one.id for one in facts]
    async with pool.acquire() as connection:
        await connection.execute("BEGIN; SELECT txid, row FROM bench_position FOR UPDATE")
        await connection.fetch(AT, ids)
        await connection.execute(
            FOLD, ids, [one.version for one in facts], [text_of(one) for one in facts]
        )
        await connection.execute(MOVE, facts[-1].txid, facts[-1].row)
        await connection.execute("COMMIT")


def text_of(fact: Fact) -> str:
    """As it is written and told."""
    return json.dumps({"id": fact.id, "version": fact.version})


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2], Durable)
