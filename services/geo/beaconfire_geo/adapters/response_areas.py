"""Response areas at a point: every agency's that drew some; they may lie across each other."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import shapely

from beaconfire_contracts.places import Point
from beaconfire_geo.adapters.postgres import PgLayers
from beaconfire_geo.domain.layers import Area, ReleasedLayer
from beaconfire_platform.database import Database
from beaconfire_spatial.area_index import AreaIndex
from beaconfire_spatial.geometry import LonLat

VERSIONS_KEPT_MAX: Final = 2
"""The one in force, and one for questions about the past."""


@dataclass(frozen=True, slots=True)
class ResponseAreasInForce:
    """Those of one version, as places ask for them: the smallest first."""

    version: int
    index: AreaIndex
    sizes: Mapping[str, float]

    @classmethod
    async def read(cls, database: Database, head: ReleasedLayer) -> "ResponseAreasInForce":
        """All of a version."""
        async with database.reading() as connection:
            whole = await PgLayers(connection).whole(head.name, head.version)
        shapes = {one.code: one.geometry for one in whole if one.geometry is not None}
        index = await asyncio.to_thread(AreaIndex, list(shapes), list(shapes.values()))
        return cls(head.version, index, {code: one.area for code, one in shapes.items()})

    def holding(self, point: Point) -> tuple[str, ...]:
        """Those that hold a point, of equal ones the lowest code first."""
        held = self.index.touching(shapely.Point(point.lon, point.lat))
        return tuple(sorted(held, key=lambda code: (self.sizes[code], code)))


NO_RESPONSE_AREAS: Final = ResponseAreasInForce(0, AreaIndex([], []), {})
Indexed = tuple[dict[str, Area], AreaIndex]


class ResponseAreas:
    """One layer of them, indexed when it is first asked for in a version."""

    def __init__(self, database: Database, layer: str) -> None:
        """`layer` is where areas of this kind lie."""
        self._database = database
        self._layer = layer
        self._loading = asyncio.Lock()
        self._kept: dict[int, Indexed] = {}

    async def at(self, point: Point, moment: datetime | None = None) -> list[Area]:
        """All that hold a point, lowest code first, by the version in force then or now."""
        async with self._database.reading() as connection:
            head = await PgLayers(connection).newest(self._layer, moment)
        if head is None:
            return []
        async with self._loading:
            areas, index = await self._indexed(head)
        return [areas[code] for code in index.within(LonLat(point.lon, point.lat), 0.0)]

    async def _indexed(self, head: ReleasedLayer) -> Indexed:
        if head.version not in self._kept:
            async with self._database.reading() as connection:
                whole = await PgLayers(connection).whole(head.name, head.version)
            shapes = {one.code: one.geometry for one in whole if one.geometry is not None}
            index = await asyncio.to_thread(AreaIndex, list(shapes), list(shapes.values()))
            self._kept = dict(list(self._kept.items())[1 - VERSIONS_KEPT_MAX :])
            self._kept[head.version] = {one.code: one for one in whole}, index
        return self._kept[head.version]
