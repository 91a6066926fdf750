"""The maps in force, in memory: the grid's index and the road graph, swapped whole on release."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np
import structlog

from beaconfire_contracts.places import Point
from beaconfire_geo.adapters.closures import PgClosures, on_the_graph
from beaconfire_geo.adapters.postgres import PgArtefacts, PgLayers
from beaconfire_geo.adapters.response_areas import NO_RESPONSE_AREAS, ResponseAreasInForce
from beaconfire_geo.application.ports import ReleasedRoads
from beaconfire_geo.application.release_roads import ROADS
from beaconfire_geo.domain.closures import RoadClosure
from beaconfire_geo.domain.fit import bounds_of
from beaconfire_geo.domain.layers import Area, ReleasedLayer
from beaconfire_geo.domain.placing import Found
from beaconfire_platform.database import Database
from beaconfire_platform.telemetry import ROAD_ENGINES
from beaconfire_spatial.area_index import AreaIndex
from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_closures import ClosuresOn
from beaconfire_spatial.road_engine import ROAD_ENGINE, road_times
from beaconfire_spatial.road_network import RoadNetwork
from beaconfire_spatial.travel_times import RoadTimes, StraightLine, TravelTimes

_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class GridInForce:
    """One released layer as an index over its cells, the areas by code beside it."""

    head: ReleasedLayer | None
    areas: dict[str, Area]
    index: AreaIndex
    others: tuple[AreaIndex, ...] = ()
    """The cells of other kinds, an index a kind, the smallest kind first."""

    @property
    def version(self) -> int:
        """The layer version that answers; 0 before the first release."""
        return 0 if self.head is None else self.head.version

    def area(self, code: str) -> Area | None:
        """One area of this grid, at whatever level."""
        return self.areas.get(code)

    def find(self, point: Point) -> Found:
        """The cell at a point; on a shared edge the lowest code; outside, the nearest one."""
        at = LonLat(point.lon, point.lat)
        code = self.index.find(at)
        held = [one for one in (other.find(at) for other in self.others) if one is not None]
        also_in = tuple(self.areas[one].path for one in held)
        if code is not None:
            return Found(code, self.areas[code].path, also_in=also_in)
        nearest = self.index.nearest(at)
        if nearest is None:
            return Found(None, None, also_in=also_in)
        return Found(None, None, nearest.code, round(nearest.distance_m, 1), also_in)


@dataclass(frozen=True, slots=True)
class RoadsInForce:
    """One released road graph with its travel times, or straight lines before the first.

    `free` are the times without closures: lifting one goes back to these, never by undoing.
    """

    released: ReleasedRoads | None
    free: RoadTimes | None
    times: TravelTimes
    laid: ClosuresOn | None = None
    closures: tuple[RoadClosure, ...] = ()
    factors: np.ndarray | None = None
    """By what each arc takes longer under the closures in force; None where none is."""

    @property
    def sha256(self) -> str | None:
        """The graph's hash."""
        return None if self.released is None else self.released.sha256

    @property
    def network(self) -> RoadNetwork | None:
        """The graph."""
        return None if self.free is None else self.free.network

    @property
    def closed(self) -> tuple[str, ...]:
        """Which closures are in force."""
        return tuple(one.told.closure_id for one in self.closures)

    def near(self, point: Point) -> str | None:
        """The nearest junction's label, or None without roads."""
        if self.network is None:
            return None
        return self.network.label_near(LonLat(point.lon, point.lat))


GRIDS_KEPT_MAX: Final = 2
"""Older grids kept in memory for questions about the past; each is as large as the one in force."""
NO_GRID: Final = GridInForce(None, {}, AreaIndex([], []))
NO_ROADS: Final = RoadsInForce(None, None, StraightLine())


class Maps:
    """What answers questions of place; loaded at start, replaced whole by a release."""

    def __init__(
        self,
        database: Database,
        *,
        layer: str,
        cell_level: str,
        roads: str,
        other_levels: Sequence[str] = (),
        response_areas: str | None = None,
    ) -> None:
        """`layer` holds the grid, whose smallest areas have `cell_level`.

        `other_levels` are those of cells of other kinds, the smallest kind first;
        `response_areas` is the layer in which those lie, where there is one.
        """
        self._database = database
        self._loading = asyncio.Lock()
        self._layer = layer
        self._cell_level = cell_level
        self._other_levels = tuple(other_levels)
        self.roads_name = roads
        self._response_layer = response_areas
        self._response = NO_RESPONSE_AREAS
        self._past: dict[int, GridInForce] = {}
        self.grid: GridInForce = NO_GRID
        self._boxed = NO_GRID, np.full(4, np.nan)
        self._ground = self._boxed
        self.roads: RoadsInForce = NO_ROADS

    @property
    def version(self) -> int:
        """The grid's version."""
        return self.grid.version

    @property
    def edition(self) -> int:
        """Each layer's versions only grow: so does the sum of the two that decide a place."""
        return self.version + self._response.version

    @property
    def box(self) -> np.ndarray:
        """The bounds of the grid's cells; all NaN before the first release."""
        if self._boxed[0] is not self.grid:
            index = self.grid.index
            box = np.array(index.bounds) if len(index) else np.full(4, np.nan)
            self._boxed = self.grid, box
        return self._boxed[1]

    async def ground(self) -> np.ndarray:
        """The bounds of all areas of the grid in force; all NaN before the first release."""
        await self.load_grid()
        if self._ground[0] is not self.grid:
            areas = list(self.grid.areas.values())
            self._ground = self.grid, await asyncio.to_thread(bounds_of, areas)
        return self._ground[1]

    @property
    def placed_in(self) -> tuple[str, str, int]:
        """The grid's layer, the level of its cells, and how many of them are in force."""
        return self._layer, self._cell_level, len(self.grid.index)

    def find(self, point: Point) -> Found:
        """The grid's answer (see `GridInForce`), with the response areas in force."""
        return replace(self.grid.find(point), response_areas=self._response.holding(point))

    def response_areas(self, codes: Collection[str]) -> frozenset[str]:
        """Those of some codes that are response areas in force."""
        return frozenset(one for one in codes if one in self._response.sizes)

    def near(self, point: Point) -> str | None:
        """The roads' answer (see `RoadsInForce`)."""
        return self.roads.near(point)

    def area(self, code: str) -> Area | None:
        """One area of the grid in force, at whatever level."""
        return self.grid.area(code)

    async def at(self, moment: datetime) -> GridInForce:
        """The grid that was in force at a moment; the empty one before the first release."""
        async with self._database.looking() as connection:
            head = await PgLayers(connection).newest(self._layer, moment)
        if head is None:
            return NO_GRID
        if head.version == self.grid.version:
            return self.grid
        async with self._loading:
            if head.version not in self._past:
                self._past = dict(list(self._past.items())[1 - GRIDS_KEPT_MAX :])
                self._past[head.version] = await self._index(head)
            return self._past[head.version]

    def root_path(self) -> str | None:
        """The code of the grid's top, or None before the first release."""
        return next(iter(self.grid.areas), None)

    async def load(self) -> None:
        """Load whatever was released last; nothing yet is no error."""
        await self.load_grid()
        await self.load_roads()

    async def load_grid(self) -> None:
        """Index the layers in force, unless they are; each swap is one assignment."""
        async with self._loading:
            await self._load_grid()
            await self._load_response_areas()

    async def _load_response_areas(self) -> None:
        if self._response_layer is None:
            return
        async with self._database.looking() as connection:
            head = await PgLayers(connection).newest(self._response_layer)
        if head is not None and head.version != self._response.version:
            self._response = await ResponseAreasInForce.read(self._database, head)
            areas = len(self._response.index)
            _log.info("response_areas_in_force", version=head.version, areas=areas)

    async def _load_grid(self) -> None:
        async with self._database.looking() as connection:
            head = await PgLayers(connection).newest(self._layer)
        if head is None or head.version == self.grid.version:
            return
        self.grid = await self._index(head)
        cells = len(self.grid.index)
        _log.info("grid_in_force", layer=head.name, version=head.version, cells=cells)

    async def _index(self, head: ReleasedLayer) -> GridInForce:
        async with self._database.reading() as connection:
            areas = await PgLayers(connection).whole(head.name, head.version)
        levels = (self._cell_level, *self._other_levels)
        index, *others = await asyncio.to_thread(_indices, areas, levels)
        return GridInForce(head, {area.code: area for area in areas}, index, tuple(others))

    async def load_roads(self) -> None:
        """Take the road graph in force and its closures, unless they are, off the loop.

        The swap is one step: whoever asks meanwhile has the old roads whole, or the new ones.
        """
        async with self._loading:
            await self._load_roads()

    async def _load_roads(self) -> None:
        async with self._database.reading() as connection:
            artefacts, closures = PgArtefacts(connection), PgClosures(connection)
            newest = await artefacts.released(ROADS, self.roads_name)
            if newest is None:
                return
            is_new = newest.sha256 != self.roads.sha256
            if not is_new and await closures.names(self.roads_name) == self.roads.closed:
                return
            closed = await closures.in_force(self.roads_name)
            blob = await artefacts.get(newest.sha256) if is_new else None
        free, laid = self.roads.free, self.roads.laid
        if blob is not None:
            free, laid = await asyncio.to_thread(_prepare, blob)
            ROAD_ENGINES.labels(self._database.service, ROAD_ENGINE).set(1)
        if free is None or laid is None:
            return
        factors = await asyncio.to_thread(_slowing, laid, closed) if closed else None
        times = free if factors is None else await asyncio.to_thread(free.under, factors)
        self.roads = RoadsInForce(newest, free, times, laid, closed, factors)
        _log.info("roads_in_force", version=newest.version, sha256=newest.sha256[:12],
                  engine=ROAD_ENGINE, closures=len(closed))  # fmt: skip


def _indices(areas: Sequence[Area], levels: Sequence[str]) -> list[AreaIndex]:
    """An index a level; a level without an area has an empty one."""
    shapes = {level: {} for level in levels}
    for one in areas:
        if one.level in shapes and one.geometry is not None:
            shapes[one.level][one.code] = one.geometry
    return [AreaIndex(list(one), list(one.values())) for one in shapes.values()]


def _prepare(blob: bytes) -> tuple[RoadTimes, ClosuresOn]:
    network = RoadNetwork.from_bytes(blob)
    return road_times(network), ClosuresOn(network)


def _slowing(laid: ClosuresOn, closures: tuple[RoadClosure, ...]) -> np.ndarray:
    return laid.slowing({one.told.closure_id: on_the_graph(one.told) for one in closures})
