"""Zones in the database: the newest version of each, all versions beside it."""

from datetime import datetime
from typing import Any, Final

import msgspec

from beaconfire_geo.domain.zones import HazardZone
from beaconfire_platform import codec
from beaconfire_platform.database import Connection

_KEEP: Final = """
    insert into zone (zone_id, zone, starts_at, ends_at, begun_at, lifted_at)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (zone_id) do update set zone = excluded.zone, starts_at = excluded.starts_at,
        ends_at = excluded.ends_at, begun_at = excluded.begun_at, lifted_at = excluded.lifted_at
"""
_KEEP_VERSION: Final = """
    insert into zone_version (zone_id, version, zone) values ($1, $2, $3)
    on conflict (zone_id, version) do update set zone = excluded.zone
"""
_DUE: Final = """
    select zone_id from zone where lifted_at is null
        and (ends_at <= $1 or begun_at is null and coalesce(starts_at, $1) <= $1)
    order by zone_id
"""
_AT: Final = """
    select v.zone from zone z, lateral (
        select zone from zone_version where zone_id = z.zone_id
            and (zone ->> 'changed_at')::timestamptz <= $1
        order by version desc limit 1) v
    where z.begun_at <= $1 and (z.lifted_at is null or z.lifted_at > $1) order by z.zone_id
"""
_ZONE: Final = msgspec.json.Decoder(HazardZone)


class PgZones:
    """Zones over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def count(self) -> int:
        """How many are not lifted."""
        return int(
            await self._connection.fetchval("select count(*) from zone where lifted_at is null")
        )

    async def get(self, zone_id: str) -> HazardZone | None:
        """One, lifted or not."""
        found = await self._connection.fetchval("select zone from zone where zone_id = $1", zone_id)
        return None if found is None else _ZONE.decode(found)

    async def keep(self, zone: HazardZone) -> None:
        """Keep a zone as it is now, and its version beside those before."""
        text = codec.encode(zone)
        await self._connection.execute(
            _KEEP, zone.zone_id, text, zone.plan.starts_at, zone.plan.ends_at, zone.begun_at,
            zone.lifted_at,
        )  # fmt: skip
        await self._connection.execute(_KEEP_VERSION, zone.zone_id, zone.version, text)

    async def lasting(self) -> tuple[HazardZone, ...]:
        """All that are planned or in force, the oldest first: their ids are of their moments."""
        rows = await self._connection.fetch(
            "select zone from zone where lifted_at is null order by zone_id"
        )
        return _zones(rows)

    async def marks(self) -> tuple[tuple[str, str], ...]:
        """Of the same a mark each, which is another once anything of it was changed."""
        rows = await self._connection.fetch(
            "select zone_id, xmin::text as mark from zone where lifted_at is null order by zone_id"
        )
        return tuple((str(one["zone_id"]), one["mark"]) for one in rows)

    async def versions(self, zone_id: str) -> tuple[HazardZone, ...]:
        """All versions of one, the oldest first."""
        rows = await self._connection.fetch(
            "select zone from zone_version where zone_id = $1 order by version", zone_id
        )
        return _zones(rows)

    async def in_force_at(self, moment: datetime) -> tuple[HazardZone, ...]:
        """Those that were in force at a moment, as they were then."""
        return _zones(await self._connection.fetch(_AT, moment))

    async def due(self, now: datetime) -> list[str]:
        """Those whose time has come, to begin or to end."""
        return [str(one["zone_id"]) for one in await self._connection.fetch(_DUE, now)]


def _zones(rows: list[Any]) -> tuple[HazardZone, ...]:
    return tuple(_ZONE.decode(one["zone"]) for one in rows)
