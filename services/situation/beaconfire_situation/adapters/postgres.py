"""The picture's tables and the journal, in SQL beside their row mapping."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.feed import Record
from beaconfire_platform import codec
from beaconfire_platform.database import Connection, Database
from beaconfire_situation.application.ports import Kept
from beaconfire_situation.domain.fold import RecordKey
from beaconfire_situation.domain.picture import Change, FactTold, Picture
from beaconfire_situation.domain.sight import Sight

# A record, its thing's sight and the change under the next number, in one trip: whoever watches
# waits for each of them. A sight that stays what it was is not written again.
_KEEP: Final = """
    with kept as (
        insert into record (kind, id, source, version, data) values ($1, $2, $3, $4, $5)
        on conflict (kind, id, source) do update
            set version = excluded.version, data = excluded.data
            where record.version < excluded.version
    ), seen as (
        insert into sight (kind, id, sight) select $1, $2, $12::json where $13::boolean
        on conflict (kind, id) do update set sight = excluded.sight
    ), numbered as (
        update head set pos = pos + 1 returning pos
    )
    insert into journal (pos, kind, id, source, version, data, fact_id, fact_type, told_at, actor,
        seat, sight_before, sight_after)
    select pos, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::json from numbered
"""
_AFTER: Final = """
    select pos, kind, id, source, version, data, fact_id, fact_type, told_at, actor, seat,
           sight_before, sight_after
    from journal where pos > $1 order by pos limit $2
"""
_AT: Final = """
    select distinct on (kind, id, source) kind, id, source, version, data
    from journal where applied_at <= $1 order by kind, id, source, pos desc
"""
_SIGHTS_AT: Final = """
    select distinct on (kind, id) kind, id, sight_after as sight
    from journal where applied_at <= $1 order by kind, id, pos desc
"""
_DATA: Final = msgspec.json.Decoder(dict[str, Any])
_SIGHT: Final = msgspec.json.Decoder(Sight)


class PgRecords:
    """The picture's tables over one connection inside the consumer's transaction."""

    def __init__(self, connection: Connection) -> None:
        """One connection."""
        self._connection = connection

    async def of(self, kind: str, thing_id: str) -> Mapping[str, Kept]:
        """All records of one thing, by source."""
        found = await self._connection.fetch(
            "select source, version, data from record where kind = $1 and id = $2", kind, thing_id
        )
        return {one["source"]: Kept(one["version"], _DATA.decode(one["data"])) for one in found}

    async def sight(self, kind: str, thing_id: str) -> Sight | None:
        """Who may see it so far."""
        found = await self._connection.fetchval(
            "select sight from sight where kind = $1 and id = $2", kind, thing_id
        )
        return None if found is None else _SIGHT.decode(found)

    async def keep(
        self,
        key: RecordKey,
        kept: Kept,
        *,
        before: Sight | None,
        after: Sight,
        told: Envelope[Any],
    ) -> None:
        """Keep a record, its thing's sight, and the change under the next number."""
        await self._connection.execute(
            _KEEP, key.kind, key.id, key.source, kept.version, codec.encode(kept.data),
            told.id, told.type, told.time, told.cause.actor, told.cause.seat,
            None if before is None else codec.encode(before), codec.encode(after),
            before != after,
        )  # fmt: skip


class Journal:
    """Reads the journal and the picture; any number of feeds may do so side by side."""

    def __init__(self, database: Database) -> None:
        """One database."""
        self._database = database

    async def load(self) -> tuple[Picture, str]:
        """The picture and its epoch, at one moment (R31)."""
        async with self._database.reading() as connection:
            head = await connection.fetchrow("select pos, epoch::text as epoch from head")
            records = await connection.fetch("select kind, id, source, version, data from record")
            sights = await connection.fetch("select kind, id, sight from sight")
        return _picture(records, sights, head["pos"]), head["epoch"]

    async def after(self, pos: int, limit: int) -> Sequence[Change]:
        """The next changes, in order."""
        return [_change(one) for one in await self._database.pool.fetch(_AFTER, pos, limit)]

    async def at(self, moment: datetime) -> Picture:
        """The picture as it stood at a moment: what had been applied by then."""
        async with self._database.reading() as connection:
            pos = await connection.fetchval(
                "select coalesce(max(pos), 0) from journal where applied_at <= $1", moment
            )
            records = await connection.fetch(_AT, moment)
            sights = await connection.fetch(_SIGHTS_AT, moment)
        return _picture(records, sights, pos)


def _picture(
    records: Sequence[asyncpg.Record], sights: Sequence[asyncpg.Record], pos: int
) -> Picture:
    return Picture(
        (_record(one) for one in records),
        {(one["kind"], one["id"]): _SIGHT.decode(one["sight"]) for one in sights},
        pos,
    )


def _record(row: asyncpg.Record) -> Record:
    return Record(row["kind"], row["id"], row["source"], row["version"], _DATA.decode(row["data"]))


def _change(row: asyncpg.Record) -> Change:
    before = row["sight_before"]
    return Change(
        row["pos"],
        _record(row),
        None if before is None else _SIGHT.decode(before),
        _SIGHT.decode(row["sight_after"]),
        FactTold(
            str(row["fact_id"]),
            row["fact_type"],
            row["told_at"].isoformat(),
            row["actor"],
            row["seat"],
        ),
    )
