"""What geofences keep: whose positions are settled up to when, who is in which zone."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np

from beaconfire_contracts.ids import UnitId
from beaconfire_geo.domain.crossings import UnitTrack, Visit
from beaconfire_geo.domain.unsettled import NEVER_US, Sightings
from beaconfire_platform.access.predicate import Columns, bounds, predicate
from beaconfire_platform.access.subject import Reach
from beaconfire_platform.database import Connection
from beaconfire_platform.fix_batch import microseconds, moment_at

FIXES_PER_UNIT_MAX: Final = 1_000
"""Read of one unit in one look: what it may send at once; the next look takes the rest."""
_SEEN: Final = Columns(path="h.division", owner="h.body", unit_ids="array[v.unit_id::text]")


def packed(unit: str, received_at: str) -> str:
    """A position `f` as bytes of one width: a column of them is read as an array, no objects."""
    return f"""
        int4send({unit}) || timestamptz_send(f.observed_at) || timestamptz_send({received_at})
            || float8send(f.lon) || float8send(f.lat)
            || float4send(coalesce(f.accuracy_m, 'NaN'))
    """


_FIXES: Final = f"""
    select string_agg({packed("(u.place - 1)::int", "f.received_at")}, ''
        order by u.place, f.observed_at, f.received_at)
    from unnest($1::uuid[]) with ordinality u (unit_id, place)
    join latest_position l using (unit_id) left join fence_track t using (unit_id),
    lateral (
        select observed_at, received_at, lon, lat, accuracy_m from position_history h
        where h.unit_id = u.unit_id and h.observed_at <= l.observed_at + interval '1 minute'
            and h.observed_at > coalesce(t.settled_at, l.observed_at - interval '15 minutes')
        order by h.observed_at limit $2) f
"""
"""After 15 minutes of silence a unit comes anew: so long it may be out of reach at 1 Hz and send
all that at once. The latest position is written in turn, and history is ahead of it by seconds."""
_NEWEST: Final = f"""
    select string_agg({packed("(u.place - 1)::int", "f.observed_at")}, ''
        order by u.place)
    from unnest($1::uuid[]) with ordinality u (unit_id, place)
    join latest_position f using (unit_id)
"""
_ROW: Final = np.dtype(
    [("unit", ">i4"), ("observed", ">i8"), ("received", ">i8"), ("lon", ">f8"), ("lat", ">f8"),
     ("accuracy", ">f4")]
)  # fmt: skip
_OF_2000: Final = microseconds(datetime(2000, 1, 1, tzinfo=UTC))
"""PostgreSQL counts its microseconds from here."""


def unpacked(told: bytes | None) -> Sightings:
    """Positions of these bytes, as columns."""
    rows = np.frombuffer(told or b"", dtype=_ROW)
    return Sightings(
        rows["unit"].astype(np.intp),
        rows["observed"].astype(np.int64) + _OF_2000,
        rows["received"].astype(np.int64) + _OF_2000,
        rows["lon"].astype(float),
        rows["lat"].astype(float),
        rows["accuracy"].astype(float),
    )


_NEAR_BY_NEWEST: Final = """
    select distinct l.unit_id from latest_position l,
        unnest($1::float8[], $2::float8[], $3::float8[], $4::float8[]) b (west, south, east, north)
    where l.lon between b.west and b.east and l.lat between b.south and b.north
"""
_NEAR_BY_HISTORY: Final = """
    select l.unit_id from latest_position l, lateral (
        select min(h.lon) as west, min(h.lat) as south, max(h.lon) as east, max(h.lat) as north
        from position_history h where h.unit_id = l.unit_id
            and h.observed_at > l.observed_at - interval '2 minutes') way
    where l.unit_id = any($5::uuid[]) and exists (
        select from unnest($1::float8[], $2::float8[], $3::float8[], $4::float8[])
            b (west, south, east, north)
        where way.west <= b.east and way.east >= b.west
            and way.south <= b.north and way.north >= b.south)
"""
"""By the bounds of each unit's way: a box more costs a comparison a unit, not one a position."""
_DUE: Final = """
    select unit_id from fence_track where is_pending
    union select unit_id from fence_visit v join fence_track t using (unit_id)
        where t.looked_at <= clock_timestamp() - make_interval(secs => $1)
    union select unit_id from fence_late
"""
_TRACKS: Final = "select unit_id, settled_at from fence_track where unit_id = any($1::uuid[])"
_VISITS: Final = """
    select unit_id, zone_id, warned_at, warned_by_at, entered_at from fence_visit
    where unit_id = any($1::uuid[]) order by unit_id, zone_id
"""
_KEEP_TRACKS: Final = """
    insert into fence_track (unit_id, settled_at, is_pending, looked_at)
    select *, clock_timestamp() from unnest($1::uuid[], $2::timestamptz[], $3::boolean[])
    on conflict (unit_id) do update set settled_at = excluded.settled_at,
        is_pending = excluded.is_pending, looked_at = excluded.looked_at
"""
_KEEP_VISITS: Final = """
    insert into fence_visit (unit_id, zone_id, warned_at, warned_by_at, entered_at)
    select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[],
                         $5::timestamptz[])
"""
_FORGET: Final = """
    delete from fence_track t using latest_position l where l.unit_id = t.unit_id
        and not is_pending and looked_at < clock_timestamp() - interval '1 day'
        and l.observed_at > settled_at + interval '1 hour'
        and not exists (select from fence_visit v where v.unit_id = t.unit_id)
"""
"""A day after a unit was last near a zone, and once it was seen later than what is settled: who is
read anew is read from a quarter of an hour before its latest position on."""
_VISITORS: Final = f"""
    select v.unit_id, v.zone_id, v.warned_at, v.warned_by_at, v.entered_at
    from fence_visit v join zone z using (zone_id) left join unit_home h using (unit_id)
    where z.lifted_at is null and {predicate(_SEEN)} order by v.unit_id, v.zone_id limit $7
"""
_WITHIN: Final = f"""
    select v.unit_id, v.lon, v.lat from latest_position v left join unit_home h using (unit_id)
    where {predicate(_SEEN)} and v.lon between $7 and $9 and v.lat between $8 and $10
    order by v.unit_id
"""
VISITS_TOLD_MAX: Final = 1_000
"""In one answer: as many units in danger at once are a city's whole fleet."""
Box = tuple[float, float, float, float]


class PgFences:
    """Tracks and visits over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def due(self, looked_s: float = 0.0) -> set[str]:
        """Units with a crossing to settle or late, and those inside, looked at so long ago."""
        return {str(one["unit_id"]) for one in await self._connection.fetch(_DUE, looked_s)}

    async def near(self, boxes: Sequence[Box]) -> set[str]:
        """Units whose newest position lies in a box."""
        found = await self._connection.fetch(_NEAR_BY_NEWEST, *_sides(boxes))
        return {str(one["unit_id"]) for one in found}

    async def near_lately(self, boxes: Sequence[Box], unit_ids: Sequence[str]) -> set[str]:
        """Which of these units may have been in a box within their last two minutes."""
        found = await self._connection.fetch(_NEAR_BY_HISTORY, *_sides(boxes), unit_ids)
        return {str(one["unit_id"]) for one in found}

    async def seen(self) -> list[str]:
        """Every unit that has a position."""
        found = await self._connection.fetch("select unit_id from latest_position order by 1")
        return [str(one["unit_id"]) for one in found]

    async def tracks(self, unit_ids: Sequence[str]) -> dict[str, UnitTrack]:
        """What is kept of each; of a new one nothing."""
        settled = {
            str(one["unit_id"]): one["settled_at"]
            for one in await self._connection.fetch(_TRACKS, unit_ids)
        }
        visits: dict[str, list[Visit]] = {}
        for one in await self._connection.fetch(_VISITS, unit_ids):
            visits.setdefault(str(one["unit_id"]), []).append(_visit(one))
        return {
            one: UnitTrack(UnitId(one), settled.get(one), tuple(visits.get(one, ())))
            for one in unit_ids
        }

    async def fixes(self, unit_ids: Sequence[str]) -> Sightings:
        """The positions that are not settled yet, by unit and in the order of observation."""
        return unpacked(await self._connection.fetchval(_FIXES, unit_ids, FIXES_PER_UNIT_MAX))

    async def newest(self, unit_ids: Sequence[str]) -> Sightings:
        """The latest position of each that has one, as it was written last."""
        return unpacked(await self._connection.fetchval(_NEWEST, unit_ids))

    async def keep(self, tracks: Iterable[tuple[UnitTrack, bool]]) -> None:
        """Keep tracks with their visits, and whether positions of each are still to be settled."""
        kept = list(tracks)
        ids = [track.unit_id for track, _ in kept]
        await self._connection.execute(
            _KEEP_TRACKS, ids, [track.settled_at for track, _ in kept], [more for _, more in kept]
        )
        await self._connection.execute(
            "delete from fence_visit where unit_id = any($1::uuid[])", ids
        )
        rows = [(track.unit_id, one) for track, _ in kept for one in track.visits]
        await self._connection.execute(
            _KEEP_VISITS, [unit for unit, _ in rows], [one.zone_id for _, one in rows],
            [one.warned_at for _, one in rows], [one.warned_by_at for _, one in rows],
            [one.entered_at for _, one in rows],
        )  # fmt: skip

    async def settle(
        self, unit_ids: Sequence[str], settled_us: Sequence[int], is_pending: Sequence[bool]
    ) -> None:
        """Keep up to when units are settled that crossed nothing; their visits stay."""
        settled = [None if one == NEVER_US else moment_at(one) for one in settled_us]
        await self._connection.execute(_KEEP_TRACKS, unit_ids, settled, is_pending)

    async def forget(self) -> None:
        """Let go of units that have long been elsewhere."""
        await self._connection.execute(_FORGET)

    async def homes(self, unit_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Body and division of each that dispatch told of."""
        rows = await self._connection.fetch(
            "select unit_id, body, division from unit_home where unit_id = any($1::uuid[])",
            unit_ids,
        )
        return {str(one["unit_id"]): (one["body"], one["division"]) for one in rows}

    async def visitors(self, reach: Reach) -> list[tuple[str, Visit]]:
        """Who is in a zone that lasts, of the units within reach."""
        rows = await self._connection.fetch(_VISITORS, *bounds(reach), VISITS_TOLD_MAX)
        return [(str(one["unit_id"]), _visit(one)) for one in rows]

    async def within(self, box: Box, reach: Reach) -> list[tuple[str, float, float]]:
        """Units within reach whose newest position lies in a box."""
        rows = await self._connection.fetch(_WITHIN, *bounds(reach), *box)
        return [(str(one["unit_id"]), one["lon"], one["lat"]) for one in rows]


def _sides(boxes: Sequence[Box]) -> list[list[float]]:
    return [list(side) for side in zip(*boxes, strict=True)] or [[], [], [], []]


def _visit(row: Any) -> Visit:
    return Visit(str(row["zone_id"]), row["warned_at"], row["warned_by_at"], row["entered_at"])
