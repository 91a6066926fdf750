"""Positions in the database: latest by one update from arrays, history by binary COPY, day by day.

`synchronous_commit` is off for these two statements only: a lost second of track is replaced by
the next second, and no command waits behind it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Final

import asyncpg

from beaconfire_geo.adapters.history_copy import COLUMNS, as_copied, in_order
from beaconfire_geo.adapters.late_store import PgLate
from beaconfire_geo.domain.late_crossings import Stretch
from beaconfire_platform.access.predicate import Columns, bounds, predicate
from beaconfire_platform.access.subject import Reach
from beaconfire_platform.database import Connection, Database, Tx
from beaconfire_platform.fix_batch import Fix, FixBatch, moment_at

WRITE_S_MAX: Final = 8.0
"""A second's fixes take a tenth of one; the driver's own limit on a COPY fails by an error of its
own (asyncpg 0.32), so ours comes first."""
NOBODY: Final[Mapping[str, Stretch]] = {}
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
TRACK: Final = """
    select distinct on (observed_at)
        unit_id, lon, lat, accuracy_m, heading_deg, speed_mps, observed_at
    from position_history where unit_id = $1 and observed_at > $2 and observed_at < $3
    order by observed_at, lon desc, lat desc, accuracy_m desc nulls last,
        heading_deg desc nulls last, speed_mps desc nulls last
    limit $4
"""
"""Of one moment the same fix that moves the marker, however often and in whatever order told."""
_HOME: Final = """
    insert into unit_home (unit_id, body, division) values ($1, $2, $3)
    on conflict (unit_id) do update set body = excluded.body, division = excluded.division
"""


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
    """Writes batches of fixes, reads the latest."""

    def __init__(self, database: Database) -> None:
        """Rows of days without a partition lie in the rest."""
        self._database = database

    async def write(
        self,
        latest: FixBatch,
        history: FixBatch,
        *,
        received_at: datetime,
        late: Mapping[str, Stretch] = NOBODY,
    ) -> None:
        """One short transaction that waits for no disk."""
        async with (
            asyncio.timeout(WRITE_S_MAX),
            self._database.pool.acquire(timeout=3) as connection,
            connection.transaction(),
        ):
            await connection.execute("set local synchronous_commit = off")
            if late:  # beside what the latest was before
                await PgLate(connection).note(late)
            if len(latest):
                await connection.execute(_LATEST, *_columns(latest))
            if len(history):
                rows = as_copied(in_order(history), received_at)
                await connection.copy_to_table(
                    "position_history",
                    source=BytesIO(rows),
                    columns=COLUMNS,
                    format="binary",
                    timeout=2 * WRITE_S_MAX,
                )

    async def all_latest(self) -> list[Fix]:
        """Every unit's last written fix, to begin with after a start."""
        return [fix_of(record) for record in await self._database.pool.fetch(_ALL)]

    async def visible(self, reach: Reach, *, after: str, limit: int) -> list[Fix]:
        """A page of the latest fixes that the caller may see, by unit id."""
        records = await self._database.pool.fetch(_VISIBLE, *bounds(reach), after, limit)
        return [fix_of(record) for record in records]

    async def keep_history(self, first_kept: date, last_made: date) -> None:
        """Make the partitions of the days to come and drop those that expired."""
        await self._database.pool.execute(
            "select keep_history($1, $2)", first_kept, last_made, timeout=60
        )


async def track(
    connection: Connection, unit_id: str, after: datetime, until: datetime, *, limit: int
) -> list[Fix]:
    """Where a unit was after one moment and before another, oldest first.

    Over the connection of whoever asks: who holds one and waits for another stops all (R24).
    """
    records = await connection.fetch(TRACK, unit_id, after, until, limit)
    return [fix_of(record) for record in records]


async def save_home(tx: Tx, unit_id: str, body: str, division: str) -> None:
    """Keep which body and division a unit belongs to."""
    await tx.connection.execute(_HOME, unit_id, body, division)


def _columns(fixes: FixBatch) -> tuple[Sequence[object], ...]:
    return (
        fixes.unit_ids,
        fixes.lon.tolist(),
        fixes.lat.tolist(),
        *(_told(one.tolist()) for one in fixes.columns[2:]),
        [moment_at(one) for one in fixes.observed_us.tolist()],
    )


def _told(values: list[float]) -> list[float | None]:
    return [None if value != value else value for value in values]
