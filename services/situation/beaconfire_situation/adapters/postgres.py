"""The picture's tables and the journal, in SQL beside their row mapping."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg
import msgspec

from beaconfire_contracts.feed import Record
from beaconfire_platform.database import Connection, Database
from beaconfire_situation.application.ports import Kept
from beaconfire_situation.domain.picture import Change, FactTold, Picture
from beaconfire_situation.domain.sight import Sight

_KNOWN: Final = """
    select source, version, data, sight
    from (values ($1::text, $2::text)) as asked (kind, id)
    left join sight using (kind, id) left join record using (kind, id)
"""
_RECORDS: Final = """
    select kind, id, source, version, data from record join sight using (kind, id) where not filed
"""
_SIGHTS: Final = "select kind, id, sight from sight where not filed"
# The newest that ended are shown even when there are more than so many.
_DUE: Final = """
    select id from (
        select id, over_at, row_number() over (order by over_at desc, id desc) as nth
        from sight where over_at is not null and not filed
    ) as ended
    where over_at <= $1 or nth > $2 order by over_at, id limit $3
"""
_FILE: Final = """
    with due as (
        update sight set filed = true, sight = (sight::jsonb || '{"filed": true}')::json
        where kind = 'incident' and id = any($1::text[]) and not filed
        returning id, sight
    ), left_behind as (
        select record.*, due.sight as after,
               (due.sight::jsonb || '{"filed": false}')::json as before,
               row_number() over (order by record.id, record.source) as nth
        from record join due using (id) where record.kind = 'incident'
    ), numbered as (
        update head set pos = pos + (select count(*) from left_behind)
        returning pos - (select count(*) from left_behind) as first
    )
    insert into journal (pos, kind, id, source, version, data, told_at, actor, sight_before,
        sight_after, filed)
    select first + nth, kind, id, source, version, '{}', $2, 'situation:filing', before, after, true
    from left_behind, numbered
"""
_AFTER: Final = """
    select pos, kind, id, source, version, data, fact_id, fact_type, told_at, actor, seat,
           sight_before, sight_after
    from journal where pos > $1 order by pos limit $2
"""
_AT: Final = """
    select kind, id, source, version, data from (
        select distinct on (kind, id, source) kind, id, source, version, data, filed
        from journal where applied_at <= $1 order by kind, id, source, pos desc
    ) as known where not filed
"""
_SIGHTS_AT: Final = """
    select distinct on (kind, id) kind, id, sight_after as sight
    from journal where applied_at <= $1 order by kind, id, pos desc
"""
_DATA: Final = msgspec.json.Decoder(dict[str, Any])
_SIGHT: Final = msgspec.json.Decoder(Sight)


class PgRecords:
    """What the picture's tables know, over one connection inside a transaction."""

    def __init__(self, connection: Connection) -> None:
        """One connection."""
        self._connection = connection

    async def known(self, kind: str, thing_id: str) -> tuple[Mapping[str, Kept], Sight | None]:
        """All records of one thing by source, and who may see it so far."""
        found = await self._connection.fetch(_KNOWN, kind, thing_id)
        of_thing = {one["source"]: _kept(one) for one in found if one["source"] is not None}
        sight = found[0]["sight"]
        return of_thing, None if sight is None else _SIGHT.decode(sight)

    async def of(self, kind: str, thing_id: str) -> Mapping[str, Kept]:
        """All records of one thing, by source."""
        of_thing, _ = await self.known(kind, thing_id)
        return of_thing


class PgFiles(PgRecords):
    """The same tables, for what is over."""

    async def due(self, ended_by: datetime, shown_max: int, limit: int) -> Sequence[str]:
        """Incidents whose end was heard of by then, or that are not among the newest so many."""
        found = await self._connection.fetch(_DUE, ended_by, shown_max, limit)
        return [one["id"] for one in found]

    async def file(self, incident_ids: Sequence[str], now: datetime) -> None:
        """File incidents: each of their records leaves the picture by a numbered change."""
        await self._connection.execute(_FILE, incident_ids, now)


class Journal:
    """Reads the journal and the picture; any number of feeds may do so side by side."""

    def __init__(self, database: Database) -> None:
        """One database."""
        self._database = database

    async def load(self) -> tuple[Picture, str]:
        """The picture and its epoch, at one moment (R31)."""
        async with self._database.reading() as connection:
            head = await connection.fetchrow("select pos, epoch::text as epoch from head")
            records = await connection.fetch(_RECORDS)
            sights = await connection.fetch(_SIGHTS)
        return _picture(records, sights, head["pos"]), head["epoch"]

    async def after(self, pos: int, limit: int) -> Sequence[Change]:
        """The next changes, in order."""
        return [change_of(one) for one in await self._database.pool.fetch(_AFTER, pos, limit)]

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


def _kept(row: asyncpg.Record) -> Kept:
    return Kept(row["version"], _DATA.decode(row["data"]))


def _record(row: Mapping[str, Any] | asyncpg.Record) -> Record:
    return Record(row["kind"], row["id"], row["source"], row["version"], _DATA.decode(row["data"]))


def change_of(row: Mapping[str, Any] | asyncpg.Record) -> Change:
    """A row of the journal as a change."""
    before, fact_id = row["sight_before"], row["fact_id"]
    return Change(
        row["pos"],
        _record(row),
        None if before is None else _SIGHT.decode(before),
        _SIGHT.decode(row["sight_after"]),
        None
        if fact_id is None
        else FactTold(
            str(fact_id),
            row["fact_type"],
            row["told_at"].astimezone(UTC).isoformat(),
            row["actor"],
            row["seat"],
        ),
    )
