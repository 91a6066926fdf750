"""Geo's tables: layers and areas, artefacts, placings, in SQL beside their row mapping."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec
import numpy as np
import shapely

from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.places import Place
from beaconfire_geo.adapters.area_rows import AreaRow
from beaconfire_geo.application.ports import KnownPlacing, ReleasedRoads
from beaconfire_geo.domain.layers import Area, ReleasedLayer
from beaconfire_platform import codec
from beaconfire_platform.database import Connection

AREAS_PER_STAGE_MAX: Final = 2_000
"""Areas staged in one transaction: short enough not to hold back the log's horizon (R6)."""

_PLACING: Final = (
    "select place, told, ended, owner, division from placed_incident where incident_id = $1"
)
_SAVE_PLACING: Final = """
    insert into placed_incident (incident_id, place, told, layer_version, ended, owner, division)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (incident_id) do update set place = excluded.place, told = excluded.told,
        layer_version = excluded.layer_version, ended = excluded.ended,
        owner = excluded.owner, division = excluded.division
"""
_STALE: Final = """
    select incident_id from placed_incident
    where not ended and layer_version < $1 and place is not null
    order by incident_id limit $2
"""
_NEWEST_LAYER: Final = """
    select name, version, areas, sha256, released_at from layer
    where name = $1 and ($2::timestamptz is null or released_at <= $2)
    order by version desc limit 1
"""
_TOPS: Final = """
    select code, level, path, name_zh, name_en, geometry, people, body from area
    where layer = $1 and path = code
        and version = (select max(version) from layer where name = $1)
"""
_AREAS: Final = """
    select code, level, path, name_zh, name_en, geometry, people, body from area
    where layer = $1 and version = $2 order by path
"""
_PART: Final = """
    select code, level, path, name_zh, name_en, geometry, people, body from area
    where layer = $1 and version = $2 and path > $3 order by path limit $4
"""
_AREAS_UNDER: Final = """
    select code, level, path, name_zh, name_en, geometry, people, body from area
    where layer = $1 and version = $2 and level = $3 and path > $4 order by path limit $5
"""
_UNSTAGE: Final = """
    with gone as (delete from area where layer = $1 and version = $2
        and not exists (select from layer l where l.name = $1 and l.version = $2)
        and code in (select code from area where layer = $1 and version = $2 limit $3)
        returning 1)
    select count(*) from gone
"""
_ARTEFACT: Final = "select bytes from artefact where sha256 = $1"
_NEWEST_ARTEFACT: Final = """
    select sha256, version, stored_at from artefact where kind = $1 and name = $2
    order by version desc limit 1
"""

_PLACE: Final = msgspec.json.Decoder(Place)
_PLACED: Final = msgspec.json.Decoder(IncidentPlaced)


class PgPlacings:
    """Placings over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def get(self, incident_id: IncidentId) -> KnownPlacing | None:
        """What is known of one incident."""
        record = await self._connection.fetchrow(_PLACING, incident_id)
        if record is None:
            return None
        return KnownPlacing(
            incident_id,
            None if record["place"] is None else _PLACE.decode(record["place"]),
            None if record["told"] is None else _PLACED.decode(record["told"]),
            record["ended"],
            record["owner"],
            record["division"],
        )

    async def save(self, placing: KnownPlacing, edition: int) -> None:
        """Keep it, with the edition of the maps that was asked."""
        await self._connection.execute(
            _SAVE_PLACING,
            placing.incident_id,
            None if placing.place is None else codec.encode(placing.place),
            None if placing.told is None else codec.encode(placing.told),
            edition,
            placing.ended,
            placing.owner,
            placing.division,
        )

    async def stale(self, edition: int, limit: int) -> list[IncidentId]:
        """Incidents still open that an older edition placed; the column is named after the grid."""
        records = await self._connection.fetch(_STALE, edition, limit)
        return [IncidentId(str(record["incident_id"])) for record in records]


class PgLayers:
    """Layers over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def next_version(self) -> int:
        """A version number that nobody else gets."""
        return int(await self._connection.fetchval("select nextval('layer_version')"))

    async def stage(self, layer: str, version: int, areas: Sequence[Area]) -> None:
        """Write areas that count only once the version is released."""
        await self.stage_rows(layer, version, [AreaRow.of(one) for one in areas])

    async def stage_rows(self, layer: str, version: int, rows: Sequence[AreaRow]) -> None:
        """The same of areas whose shapes are bytes already."""
        records = [(layer, version, *msgspec.structs.astuple(one)) for one in rows]
        await self._connection.copy_records_to_table("area", records=records)

    async def unstage(self, layer: str, version: int) -> int:
        """Drop some of a version's areas, unless it was released; how many: none are left at 0."""
        return await self._connection.fetchval(_UNSTAGE, layer, version, AREAS_PER_STAGE_MAX)

    async def release(
        self, layer: str, version: int, *, areas: int, sha256: str, released_at: datetime
    ) -> None:
        """Put the version in force."""
        await self._connection.execute(
            "insert into layer (name, version, areas, sha256, released_at) "
            "values ($1, $2, $3, $4, $5)",
            layer,
            version,
            areas,
            sha256,
            released_at,
        )

    async def newest(self, layer: str, at: datetime | None = None) -> ReleasedLayer | None:
        """The version in force, or the one that was in force at a moment."""
        record = await self._connection.fetchrow(_NEWEST_LAYER, layer, at)
        return None if record is None else ReleasedLayer(**dict(record))

    async def tops(self, layer: str) -> list[Area]:
        """The areas in force that lie in no other."""
        return [_area(record) for record in await self._connection.fetch(_TOPS, layer)]

    async def whole(self, layer: str, version: int) -> list[Area]:
        """Every area of a version, in the order of paths; parents first."""
        records = await self._connection.fetch(_AREAS, layer, version)
        return await asyncio.to_thread(_areas, records)

    async def part(self, layer: str, version: int, after: str) -> list[AreaRow]:
        """The next 2,000 of them after a path, their shapes as bytes."""
        limit = AREAS_PER_STAGE_MAX
        return [AreaRow(*one) for one in
                await self._connection.fetch(_PART, layer, version, after, limit)]  # fmt: skip

    async def page(
        self, layer: str, version: int, *, level: str, after: str, limit: int
    ) -> list[Area]:
        """A page of one level's areas in the order of paths."""
        records = await self._connection.fetch(_AREAS_UNDER, layer, version, level, after, limit)
        return [_area(record) for record in records]


class PgArtefacts:
    """Artefacts over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def put(self, sha256: str, *, kind: str, name: str, version: int, blob: bytes) -> None:
        """Keep a blob; the same hash again changes nothing."""
        await self._connection.execute(
            "insert into artefact (sha256, kind, name, version, bytes) "
            "values ($1, $2, $3, $4, $5) on conflict do nothing",
            sha256,
            kind,
            name,
            version,
            blob,
        )

    async def newest(self, kind: str, name: str) -> tuple[str, int] | None:
        """Hash and version of the newest blob of a kind and name."""
        released = await self.released(kind, name)
        return None if released is None else (released.sha256, released.version)

    async def released(self, kind: str, name: str) -> ReleasedRoads | None:
        """The same with the moment since when it is kept."""
        record = await self._connection.fetchrow(_NEWEST_ARTEFACT, kind, name)
        return None if record is None else ReleasedRoads(**dict(record))

    async def get(self, sha256: str) -> bytes | None:
        """The bytes of a blob."""
        found: Any = await self._connection.fetchval(_ARTEFACT, sha256)
        return None if found is None else bytes(found)


def _areas(records: Sequence[asyncpg.Record]) -> list[Area]:
    """All shapes at once, beside the loop: tens of thousands are a second's work one by one."""
    shapes = shapely.from_wkb(np.array([one["geometry"] for one in records], dtype=object))
    return [
        Area(one["code"], one["level"], one["path"], one["name_zh"], one["name_en"], shape,
             one["people"], one["body"])
        for one, shape in zip(records, shapes, strict=True)
    ]  # fmt: skip


def _area(record: asyncpg.Record) -> Area:
    return Area(
        record["code"],
        record["level"],
        record["path"],
        record["name_zh"],
        record["name_en"],
        None if record["geometry"] is None else shapely.from_wkb(bytes(record["geometry"])),
        record["people"],
        record["body"],
    )
