"""The maps in force, in memory: the grid's index and the road graph, swapped whole on release."""

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog

from beaconfire_contracts.places import Point
from beaconfire_geo.adapters.postgres import PgArtefacts, PgLayers
from beaconfire_geo.application.release_roads import ROADS
from beaconfire_geo.domain.layers import Area, ReleasedLayer
from beaconfire_geo.domain.placing import Found
from beaconfire_platform.database import Database
from beaconfire_platform.telemetry import ROAD_ENGINES
from beaconfire_spatial.area_index import AreaIndex
from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_engine import ROAD_ENGINE, road_times
from beaconfire_spatial.road_network import RoadNetwork
from beaconfire_spatial.travel_times import StraightLine, TravelTimes

_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class GridInForce:
    """One released layer as an index over its cells, the areas by code beside it."""

    head: ReleasedLayer | None
    areas: dict[str, Area]
    index: AreaIndex

    @property
    def version(self) -> int:
        """The layer version that answers; 0 before the first release."""
        return 0 if self.head is None else self.head.version

    def find(self, point: Point) -> Found:
        """The cell at a point; on a shared edge the lowest code; outside, the nearest one."""
        at = LonLat(point.lon, point.lat)
        code = self.index.find(at)
        if code is not None:
            return Found(code, self.areas[code].path)
        nearest = self.index.nearest(at)
        if nearest is None:
            return Found(None, None)
        return Found(None, None, nearest.code, round(nearest.distance_m, 1))


@dataclass(frozen=True, slots=True)
class RoadsInForce:
    """One released road graph with its travel times, or straight lines before the first."""

    sha256: str | None
    network: RoadNetwork | None
    times: TravelTimes

    def near(self, point: Point) -> str | None:
        """The nearest junction's label, or None without roads."""
        if self.network is None:
            return None
        return self.network.label_near(LonLat(point.lon, point.lat))


NO_GRID: Final = GridInForce(None, {}, AreaIndex([], []))
NO_ROADS: Final = RoadsInForce(None, None, StraightLine())


class Maps:
    """What answers questions of place; loaded at start, replaced whole by a release."""

    def __init__(self, database: Database, *, layer: str, cell_level: str, roads: str) -> None:
        """`layer` holds the grid, whose smallest areas have `cell_level`."""
        self._database = database
        self._loading = asyncio.Lock()
        self._layer = layer
        self._cell_level = cell_level
        self._roads_name = roads
        self.grid: GridInForce = NO_GRID
        self.roads: RoadsInForce = NO_ROADS

    @property
    def version(self) -> int:
        """The grid's version."""
        return self.grid.version

    def find(self, point: Point) -> Found:
        """The grid's answer (see `GridInForce`)."""
        return self.grid.find(point)

    def near(self, point: Point) -> str | None:
        """The roads' answer (see `RoadsInForce`)."""
        return self.roads.near(point)

    def area(self, code: str) -> Area | None:
        """One area of the grid in force, at whatever level."""
        return self.grid.areas.get(code)

    def root_path(self) -> str | None:
        """The code of the grid's top, or None before the first release."""
        return next(iter(self.grid.areas), None)

    async def load(self) -> None:
        """Load whatever was released last; nothing yet is no error."""
        await self.load_grid()
        await self.load_roads()

    async def load_grid(self) -> None:
        """Index the layer in force, unless it is; the swap is one assignment."""
        async with self._loading:
            await self._load_grid()

    async def _load_grid(self) -> None:
        async with self._database.reading() as connection:
            layers = PgLayers(connection)
            head = await layers.newest(self._layer)
            if head is None or head.version == self.grid.version:
                return
            areas = [area async for area in layers.areas(head.name, head.version)]
        cells = [area for area in areas if area.level == self._cell_level]
        index = await asyncio.to_thread(
            AreaIndex, [cell.code for cell in cells], [cell.geometry for cell in cells]
        )
        self.grid = GridInForce(head, {area.code: area for area in areas}, index)
        _log.info("grid_in_force", layer=head.name, version=head.version, cells=len(cells))

    async def load_roads(self) -> None:
        """Prepare the road graph in force, unless it is, off the loop; the swap is one step."""
        async with self._loading:
            await self._load_roads()

    async def _load_roads(self) -> None:
        async with self._database.reading() as connection:
            artefacts = PgArtefacts(connection)
            newest = await artefacts.newest(ROADS, self._roads_name)
            if newest is None or newest[0] == self.roads.sha256:
                return
            blob = await artefacts.get(newest[0])
        if blob is None:
            return
        self.roads = await asyncio.to_thread(_prepare, newest[0], blob)
        ROAD_ENGINES.labels(self._database.service, ROAD_ENGINE).set(1)
        _log.info("roads_in_force", version=newest[1], sha256=newest[0][:12], engine=ROAD_ENGINE)


def _prepare(sha256: str, blob: bytes) -> RoadsInForce:
    network = RoadNetwork.from_bytes(blob)
    return RoadsInForce(sha256, network, road_times(network))
