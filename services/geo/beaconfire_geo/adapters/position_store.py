"""Positions in the database: latest by one update from arrays, history by COPY, day by day.

`synchronous_commit` is off for these two statements only: a lost second of track is replaced by
the next second, and no command waits behind it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import asyncpg

from beaconfire_platform.access.predicate import Columns, bounds, predicate
from beaconfire_platform.access.subject import Reach
from beaconfire_platform.database import Database, Tx
from beaconfire_platform.positions import Fix

TRACK_FIXES_MAX: Final = 5_000

_LATEST: Final = """
    insert into latest_position as l
        (unit_id, lon, lat, accuracy_m, heading_deg, speed_mps, observed_at)
    select * from unnest($1::uuid[], $2::float8[], $3::float8[], $4::real[], $5::real[],
                         $6::real[], $7::timestamptz[])
    on conflict (unit_id) do update set lon = excluded.lon, lat = excluded.lat,
        accuracy_m = excluded.accuracy_m, heading_deg = excluded.heading_deg,
        speed_mps = excluded.speed_mps, observed_at = excluded.observed_at
    where l.observed_at < excluded.observed_at
"""
_ALL: Final = """
    select unit_id, lon, lat, accuracy_m, heading_deg, speed_mps, observed_at from latest_position
"""
_SEEN: Final = Columns(path="h.division", owner="h.body", unit_ids="array[p.unit_id::text]")
_VISIBLE: Final = f"""
    select p.unit_id, lon, lat, accuracy_m, heading_deg, speed_mps, observed_at
    from latest_position p left join unit_home h using (unit_id)
    where {predicate(_SEEN)} and p.unit_id::text > $7
    order by p.unit_id::text limit $8
"""
_TRACK: Final = """
    select unit_id, lon, lat, accuracy_m, heading_deg, speed_mps, observed_at
    from position_history where unit_id = $1 and observed_at >= $2 and observed_at < $3
    order by observed_at limit $4
"""
_HOME: Final = """
    insert into unit_home (unit_id, body, division) values ($1, $2, $3)
    on conflict (unit_id) do update set body = excluded.body, division = excluded.division
"""
_HISTORY_COLUMNS: Final = (
    "unit_id",
    "observed_at",
    "received_at",
    "lon",
    "lat",
    "accuracy_m",
    "heading_deg",
    "speed_mps",
)


def fix_of(record: asyncpg.Record) -> Fix:
    """A row as a fix."""
    return Fix(
        str(record["unit_id"]),
        record["lon"],
        record["lat"],
        record["observed_at"],
        record["accuracy_m"],
        record["heading_deg"],
        record["speed_mps"],
    )


class PositionStore:
    """Writes batches of fixes, reads the latest and the track."""

    def __init__(self, database: Database) -> None:
        """Rows of days without a partition lie in the rest."""
        self._database = database

    async def write(
        self, latest: Sequence[Fix], history: Sequence[Fix], *, received_at: datetime
    ) -> None:
        """One short transaction that waits for no disk."""
        async with self._database.pool.acquire(timeout=3) as connection, connection.transaction():
            await connection.execute("set local synchronous_commit = off")
            if latest:
                await connection.execute(_LATEST, *_columns(latest))
            if history:
                await connection.copy_records_to_table(
                    "position_history",
                    columns=_HISTORY_COLUMNS,
                    records=[
                        (
                            one.unit_id,
                            one.observed_at,
                            received_at,
                            one.lon,
                            one.lat,
                            one.accuracy_m,
                            one.heading_deg,
                            one.speed_mps,
                        )
                        for one in history
                    ],
                )

    async def all_latest(self) -> list[Fix]:
        """Every unit's last written fix, to begin with after a start."""
        return [fix_of(record) for record in await self._database.pool.fetch(_ALL)]

    async def visible(self, reach: Reach, *, after: str, limit: int) -> list[Fix]:
        """A page of the latest fixes that the caller may see, by unit id."""
        records = await self._database.pool.fetch(_VISIBLE, *bounds(reach), after, limit)
        return [fix_of(record) for record in records]

    async def track(self, unit_id: str, since: datetime, until: datetime) -> list[Fix]:
        """Where a unit was between two moments, oldest first, 5,000 fixes at most."""
        records = await self._database.pool.fetch(_TRACK, unit_id, since, until, TRACK_FIXES_MAX)
        return [fix_of(record) for record in records]

    async def home(self, unit_id: str) -> tuple[str, str] | None:
        """Body and division of a unit, as dispatch told."""
        record = await self._database.pool.fetchrow(
            "select body, division from unit_home where unit_id = $1", unit_id
        )
        return None if record is None else (record["body"], record["division"])

    async def keep_history(self, first_kept: date, last_made: date) -> None:
        """Make the partitions of the days to come and drop those that expired."""
        await self._database.pool.execute(
            "select keep_history($1, $2)", first_kept, last_made, timeout=60
        )


async def save_home(tx: Tx, unit_id: str, body: str, division: str) -> None:
    """Keep which body and division a unit belongs to."""
    await tx.connection.execute(_HOME, unit_id, body, division)


def _columns(fixes: Sequence[Fix]) -> tuple[list[object], ...]:
    return (
        [one.unit_id for one in fixes],
        [one.lon for one in fixes],
        [one.lat for one in fixes],
        [one.accuracy_m for one in fixes],
        [one.heading_deg for one in fixes],
        [one.speed_mps for one in fixes],
        [one.observed_at for one in fixes],
    )
