"""The stations of released and staged versions in SQL, each with its body as agency told of it."""

from collections.abc import Mapping
from typing import Final

import shapely

from beaconfire_geo.adapters.matters import PgMatters
from beaconfire_geo.domain.matters import UnknownBody
from beaconfire_geo.domain.stations import MappedStation, place_of
from beaconfire_platform.database import Connection

_OF: Final = """
    select code, name_zh, name_en, geometry, body from area
    where layer = $1 and version = $2 and body is not null
"""


class PgStations:
    """Stations over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def of(self, layer: str, version: int) -> Mapping[str, MappedStation]:
        """The stations of a version by code; UnknownBody where nobody knows whose one is."""
        records = await self._connection.fetch(_OF, layer, version)
        if not records:
            return {}
        bodies = {one.code: one for one in await PgMatters(self._connection).bodies()}
        found: dict[str, MappedStation] = {}
        for one in records:
            code, body = one["code"], bodies.get(one["body"])
            if body is None:
                raise UnknownBody(f"{one['body']} is no body's code", area=code)
            place = place_of(shapely.from_wkb(bytes(one["geometry"])))
            found[code] = MappedStation(code, one["name_zh"], one["name_en"], body, place)
        return found
