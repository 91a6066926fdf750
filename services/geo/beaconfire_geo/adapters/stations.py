"""The stations of released and staged versions in SQL, each with its body as agency told of it."""

from collections.abc import Collection, Mapping
from typing import Final

import asyncpg
import shapely

from beaconfire_contracts.facts.geo import StationMapped, StationUnmapped
from beaconfire_geo.adapters.matters import PgMatters
from beaconfire_geo.domain.matters import UnknownBody
from beaconfire_geo.domain.stations import Elsewhere, MappedStation, place_of
from beaconfire_platform.database import Connection

_OF: Final = """
    select code, name_zh, name_en, geometry, body from area
    where layer = $1 and version = $2 and body is not null
"""
_ELSEWHERE: Final = """
    select a.layer, a.version, a.code, a.name_zh, a.name_en, a.geometry, a.body from area a
    join (select distinct on (name) name, version, released_at from layer where name <> $1
          order by name, version desc) l on l.name = a.layer and l.version = a.version
    where a.code = any($2) and a.body is not null order by l.released_at, a.version
"""
_OWNERS: Final = "select code, layer from mapped_station where code = any($1)"
_OWN: Final = """
    insert into mapped_station (code, layer) values ($1, $2)
    on conflict (code) do update set layer = excluded.layer
"""
_DISOWN: Final = "delete from mapped_station where code = $1 and layer = $2"


class PgStations:
    """Stations over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def of(self, layer: str, version: int) -> Mapping[str, MappedStation]:
        """The stations of a version by code; UnknownBody where nobody knows whose one is."""
        records = await self._connection.fetch(_OF, layer, version)
        return {one.code: one for one in await self._mapped(records)}

    async def elsewhere(self, layer: str, codes: Collection[str]) -> Elsewhere:
        """Whose some codes are, and which other layers in force have them."""
        owners = await self._connection.fetch(_OWNERS, list(codes))
        records = await self._connection.fetch(_ELSEWHERE, layer, list(codes))
        found = zip(await self._mapped(records), records, strict=True)
        return Elsewhere(
            {one["code"]: one["layer"] for one in owners},
            {one.code: (one, record["layer"], record["version"]) for one, record in found},
        )

    async def told(self, facts: Collection[StationMapped | StationUnmapped]) -> None:
        """Keep which layer has each station now."""
        have = [(one.code, one.layer) for one in facts if isinstance(one, StationMapped)]
        gone = [(one.code, one.layer) for one in facts if isinstance(one, StationUnmapped)]
        await self._connection.executemany(_OWN, have)
        await self._connection.executemany(_DISOWN, gone)

    async def _mapped(self, records: Collection[asyncpg.Record]) -> list[MappedStation]:
        if not records:
            return []
        bodies = {one.code: one for one in await PgMatters(self._connection).bodies()}
        found: list[MappedStation] = []
        for one in records:
            code, body = one["code"], bodies.get(one["body"])
            if body is None:
                raise UnknownBody(f"{one['body']} is no body's code", area=code)
            place = place_of(shapely.from_wkb(bytes(one["geometry"])))
            found.append(MappedStation(code, one["name_zh"], one["name_en"], body, place))
        return found
