"""What is kept of late positions: stretches to look through, and which crossings were told."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from beaconfire_contracts.facts.geo import GeofenceEntered, GeofenceLeft
from beaconfire_geo.adapters.fence_store import packed, unpacked
from beaconfire_geo.domain.crossings import LATENESS, WRITING, Crossing
from beaconfire_geo.domain.fixes import BEHIND_MAX
from beaconfire_geo.domain.late_crossings import Edge, Stretch
from beaconfire_geo.domain.unsettled import Sightings
from beaconfire_platform.database import Connection
from beaconfire_platform.fix_batch import microseconds, moment_at

FIXES_READ_MAX: Final = 50_000
"""Of one stretch: fourteen hours at 1 Hz. A longer one is thinned: its crossings are found as many
seconds late as it is longer."""
UNITS_DUE_MAX: Final = 1_000
"""In one look; each has a transaction of its own."""
AROUND: Final = timedelta(hours=1)
"""So long before the first late position a crossing may lie that was told later than it was, and so
far past the last one the walk may go on, until it agrees with what was told."""
QUIET: Final = LATENESS + WRITING
"""A stretch is looked through once nothing was added to it for so long: one that is sent in ten
batches is one stretch."""
WAITED_MAX: Final = timedelta(minutes=10)
"""Then it is looked through whatever may still come, and whether or not newer ones are settled."""
_NOTE: Final = """
    insert into fence_late (unit_id, from_at, to_at)
    select u.unit_id, u.from_at, u.to_at
    from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::boolean[])
        u (unit_id, from_at, to_at, newest_at, is_near)
    left join latest_position l using (unit_id) left join fence_track t using (unit_id)
    where (t.settled_at is null or u.from_at <= l.observed_at
            or u.from_at < u.newest_at - interval '2 minutes')
        and (u.is_near or exists (select from fence_crossing c where c.unit_id = u.unit_id)
            or exists (select from fence_visit v where v.unit_id = u.unit_id))
"""
"""What is newer than the latest position of a unit that is watched comes in its turn, whatever the
sender's clock says. Of a unit that is not its last quarter of an hour is settled only, and a
process that begins anew looks back two minutes. Who was near no zone and was in none crossed
nothing."""
_DUE: Final = """
    select unit_id from fence_late left join fence_track using (unit_id)
    group by unit_id, settled_at
    having max(noted_at) <= clock_timestamp() - $1::interval and max(to_at) <= settled_at
        or min(noted_at) <= clock_timestamp() - $2::interval
    order by min(late_id) limit $3
"""
_TAKE: Final = """
    with taken as (delete from fence_late where unit_id = $1 returning from_at, to_at)
    select min(from_at) as from_at, max(to_at) as to_at from taken having count(*) > 0
"""
_FIXES: Final = f"""
    select string_agg({packed("0", "f.received_at")}, '' order by f.observed_at, f.received_at)
    from (select observed_at, received_at, lon, lat, accuracy_m, count(*) over () as many,
            row_number() over (order by observed_at, received_at) - 1 as nth
          from position_history where unit_id = $1
            and observed_at >= greatest($2, (select max(since) from fence_since))
            and observed_at <= least($3, (select settled_at from fence_track where unit_id = $1))
          ) f
    where nth % ceil(many::float8 / $4)::bigint = 0
"""
_TOLD: Final = """
    select zone_id, crossed_at, is_inside from fence_crossing where unit_id = $1
    union select zone_id, entered_at, true from fence_visit
        where unit_id = $1 and entered_at is not null
    order by zone_id, crossed_at
"""
"""A stay that began before crossings were kept stands among the visits only."""
_REMEMBER: Final = """
    insert into fence_crossing (unit_id, zone_id, crossed_at, is_inside)
    select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::boolean[])
    on conflict (unit_id, zone_id, crossed_at) do update set is_inside = excluded.is_inside
"""
_FORGET: Final = """
    with since as (delete from fence_since where since < clock_timestamp() - $1::interval)
    delete from fence_crossing where crossed_at < clock_timestamp() - $1::interval
"""


class PgLate:
    """Stretches and told crossings over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def note(self, stretches: Mapping[str, Stretch]) -> None:
        """Keep those of the stretches that may tell of a crossing which nobody was told of."""
        kept = stretches.values()
        await self._connection.execute(
            _NOTE, list(stretches), [moment_at(one.from_us) for one in kept],
            [moment_at(one.to_us) for one in kept], [moment_at(one.newest_us) for one in kept],
            [one.is_near for one in kept],
        )  # fmt: skip

    async def due(self) -> list[str]:
        """Units whose stretches are whole, so far as one can know."""
        rows = await self._connection.fetch(_DUE, QUIET, WAITED_MAX, UNITS_DUE_MAX)
        return [str(one["unit_id"]) for one in rows]

    async def take(self, unit_id: str) -> Stretch | None:
        """All stretches of a unit as one; they are gone when the transaction is."""
        row = await self._connection.fetchrow(_TAKE, unit_id)
        if row is None:
            return None
        return Stretch(microseconds(row["from_at"]), microseconds(row["to_at"]))

    async def fixes(self, unit_id: str, stretch: Stretch) -> Sightings:
        """Where the unit was in a stretch and around it, as far as it is settled."""
        first, last = moment_at(stretch.from_us) - AROUND, moment_at(stretch.to_us) + AROUND
        return unpacked(
            await self._connection.fetchval(_FIXES, unit_id, first, last, FIXES_READ_MAX)
        )

    async def told(self, unit_id: str) -> dict[str, list[Edge]]:
        """Which crossings of a unit were told, zone by zone, in order."""
        found: dict[str, list[Edge]] = {}
        for one in await self._connection.fetch(_TOLD, unit_id):
            edge = Edge(one["crossed_at"], one["is_inside"])
            found.setdefault(str(one["zone_id"]), []).append(edge)
        return found

    async def remember(self, told: Sequence[Crossing]) -> None:
        """Keep which crossings are told; of one moment the last."""
        edges = dict(_edges(told))
        if edges:
            units, zones, moments = zip(*edges, strict=True)
            await self._connection.execute(
                _REMEMBER, list(units), list(zones), list(moments), list(edges.values())
            )

    async def forget(self) -> None:
        """Let go of crossings beside which no position is taken any more."""
        await self._connection.execute(_FORGET, BEHIND_MAX + timedelta(days=1))


def _edges(told: Iterable[Crossing]) -> Iterable[tuple[tuple[str, str, datetime], bool]]:
    for one in told:
        match one:
            case GeofenceEntered():
                yield (one.unit_id, one.zone_id, one.entered_at), True
            case GeofenceLeft(zone_lifted=False):
                yield (one.unit_id, one.zone_id, one.left_at), False
            case _:
                pass
