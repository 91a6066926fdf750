"""What is kept of late positions: stretches to look through, and which crossings were told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from beaconfire_contracts.facts.geo import GeofenceEntered, GeofenceLeft
from beaconfire_geo.adapters.fence_store import packed, unpacked
from beaconfire_geo.domain.crossings import LATENESS, WRITING, Crossing
from beaconfire_geo.domain.fixes import BEHIND_MAX
from beaconfire_geo.domain.late_crossings import Edge
from beaconfire_geo.domain.unsettled import Sightings
from beaconfire_platform.database import Connection
from beaconfire_platform.fix_batch import moment_at

FIXES_AT_ONCE_MAX: Final = 20_000
"""Of one unit: five hours at 1 Hz, 0.1 s of work; a longer stretch is looked through in parts."""
BEYOND: Final = timedelta(hours=1)
"""So far past the last late position the walk may go on, until it agrees with what was told."""
QUIET: Final = LATENESS + WRITING
"""A stretch is looked through once nothing was added to it for so long: one that is sent in ten
batches is one stretch."""
WAITED_MAX: Final = timedelta(minutes=10)
"""Then it is looked through whatever may still come, and whether or not newer ones are settled."""
_NOTE: Final = """
    insert into fence_late (unit_id, from_at, to_at)
    select u.unit_id, u.from_at, u.to_at
    from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) u (unit_id, from_at, to_at)
    join latest_position l using (unit_id)
    where u.from_at <= l.observed_at
        and exists (select from zone where begun_at is not null and lifted_at is null)
"""
"""What is newer than the latest position is not late, whatever the sender's clock; and where there
is no zone nothing is crossed."""
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
_PUT: Final = "insert into fence_late (unit_id, from_at, to_at) values ($1, $2, $3)"
_FIXES: Final = f"""
    select string_agg({packed("0", "f.received_at")}, '' order by f.observed_at, f.received_at)
    from (select observed_at, received_at, lon, lat, accuracy_m from position_history
          where unit_id = $1 and observed_at >= $2 and observed_at <= least($3,
              (select settled_at from fence_track where unit_id = $1))
          order by observed_at, received_at limit $4) f
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
_FORGET: Final = "delete from fence_crossing where crossed_at < clock_timestamp() - $1::interval"


@dataclass(frozen=True, slots=True)
class LateStretch:
    """From when to when positions of one unit came late."""

    from_at: datetime
    to_at: datetime


class PgLate:
    """Stretches and told crossings over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def note(self, stretches: Mapping[str, tuple[int, int]]) -> None:
        """Keep stretches, in microseconds since 1970, that overtook nobody."""
        await self._connection.execute(
            _NOTE, list(stretches), [moment_at(first) for first, _ in stretches.values()],
            [moment_at(last) for _, last in stretches.values()],
        )  # fmt: skip

    async def due(self, limit: int) -> list[str]:
        """Units whose stretches are whole, so far as one can know."""
        rows = await self._connection.fetch(_DUE, QUIET, WAITED_MAX, limit)
        return [str(one["unit_id"]) for one in rows]

    async def take(self, unit_id: str) -> LateStretch | None:
        """All stretches of a unit as one; they are gone when the transaction is."""
        row = await self._connection.fetchrow(_TAKE, unit_id)
        return None if row is None else LateStretch(row["from_at"], row["to_at"])

    async def put_back(self, unit_id: str, rest: LateStretch) -> None:
        """What is to be looked through next."""
        await self._connection.execute(_PUT, unit_id, rest.from_at, rest.to_at)

    async def fixes(self, unit_id: str, stretch: LateStretch) -> Sightings:
        """Where the unit was in a stretch and after it, as far as it is settled."""
        return unpacked(
            await self._connection.fetchval(
                _FIXES, unit_id, stretch.from_at, stretch.to_at + BEYOND, FIXES_AT_ONCE_MAX
            )
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
