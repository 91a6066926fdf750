"""Questions about a whole map at work: computed in a thread, one after the other.

Each takes up to some seconds of a core, and positions and placing must not wait for them.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from beaconfire_contracts.places import Point
from beaconfire_geo.adapters.maps import NO_GRID, NO_ROADS, GridInForce, Maps, RoadsInForce
from beaconfire_geo.application.analysis import (
    AnalysisBusy,
    CoverageAsked,
    FoundCover,
    FoundHotspots,
    FoundReach,
    HotCell,
    NeighboursTooWide,
    NoCells,
    NoRoadNear,
    NoRoads,
    ReachTooWide,
    UnknownCell,
)
from beaconfire_geo.domain.levels import UnknownLevel
from beaconfire_spatial.coverage import Coverage, DemandCell, Stand, coverage
from beaconfire_spatial.coverage_map import NOBODY, CoverArea, cover_areas
from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.hotspots import hotspots, neighbours_within
from beaconfire_spatial.isochrones import (
    Isochrone,
    TooFarFromRoads,
    TooWide,
    circles,
    isochrones,
)
from beaconfire_spatial.reach import Reach

CELLS_MIN: Final = 2
"""Of one cell nothing can be said."""
HOT_TOLD_MAX: Final = 500
"""Hot cells in one answer, the hottest; the rest is counted."""
ASKED_AT_ONCE_MAX: Final = 3
"""One is computed, two wait: with two seconds each, all are answered within a service's six."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What is made of the maps in force once: searches over the roads, a point in each cell."""

    roads: RoadsInForce
    grid: GridInForce
    reach: Reach | None
    points: dict[str, LonLat]


class MapAnalysis:
    """Answers from the maps in force."""

    def __init__(self, maps: Maps) -> None:
        """Nothing is prepared before somebody asks."""
        self._maps = maps
        self._prepared = _Prepared(NO_ROADS, NO_GRID, None, {})
        self._turn = asyncio.Lock()
        self._asked = 0

    @property
    def method(self) -> str:
        """`road`, or `straight_line` before the first graph."""
        return "straight_line" if self._maps.roads.network is None else "road"

    @property
    def layer_version(self) -> int:
        """The version of the grid in force."""
        return self._maps.version

    async def isochrones(
        self, point: Point, within_s: Sequence[float], mode: str
    ) -> list[FoundReach]:
        """As polygons; circles before the first graph. Refuses where no road is near."""
        source = LonLat(point.lon, point.lat)

        def work(prepared: _Prepared) -> list[FoundReach]:
            if prepared.reach is None:
                return [_told(one) for one in circles(source, within_s, mode=mode)]
            try:
                found = isochrones(prepared.reach, source, within_s, mode=mode)
            except TooFarFromRoads as error:
                raise NoRoadNear(str(error)) from error
            except TooWide as error:
                raise ReachTooWide(str(error), pointer="/seconds") from error
            return [_told(one) for one in found]

        return await self._in_turn(work)

    async def coverage(self, asked: CoverageAsked) -> list[Coverage]:
        """Over all cells of the grid, or those within one area."""

        def work(prepared: _Prepared) -> list[Coverage]:
            if prepared.reach is None:
                raise NoRoads
            cells = _cells(prepared, asked)
            seconds = _seconds(prepared.reach, prepared, asked, cells)
            return coverage(seconds, stands=asked.stands, cells=cells, within_s=asked.within_s)

        return await self._in_turn(work)

    async def cover_areas(self, asked: CoverageAsked, capability: str | None) -> list[FoundCover]:
        """Over the same cells, as shapes; whoever cannot do it is left out."""
        able = [one for one in asked.stands if capability is None or capability in one.capabilities]
        asked = replace(asked, stands=able)

        def work(prepared: _Prepared) -> list[FoundCover]:
            if prepared.reach is None:
                raise NoRoads
            cells = _cells(prepared, asked)
            shapes = [_shape(prepared, one.code) for one in cells]
            weights = np.array([one.weight for one in cells])
            seconds = _seconds(prepared.reach, prepared, asked, cells)
            found = cover_areas(seconds, shapes, weights, within_s=asked.within_s)
            return [_cover(one, asked.stands) for one in found]

        return await self._in_turn(work)

    async def hotspots(self, demand: Mapping[str, float], within_m: float) -> FoundHotspots:
        """Among all cells of the grid; those that nothing is told of have none."""

        def work(prepared: _Prepared) -> FoundHotspots:
            codes = list(prepared.points)
            if len(codes) < CELLS_MIN:
                raise NoCells
            values = np.array([demand.get(code, 0.0) for code in codes])
            at = np.array([(one.lon, one.lat) for one in prepared.points.values()])
            try:
                near = neighbours_within(at[:, 0], at[:, 1], within_m)
            except ValueError as error:
                raise NeighboursTooWide(str(error), pointer="/within_m") from error
            found = hotspots(values, near)
            hot = np.flatnonzero(found.verdict > 0)
            hottest = hot[np.argsort(-found.score[hot], kind="stable")][:HOT_TOLD_MAX]
            return FoundHotspots(
                [
                    HotCell(
                        codes[one], float(values[one]), float(found.score[one]),
                        float(found.adjusted_p[one]),
                        dict(shapely.geometry.mapping(_shape(prepared, codes[one]))),
                    )
                    for one in hottest.tolist()
                ],
                len(hot), len(codes),
                sum(weight for code, weight in demand.items() if code not in prepared.points),
            )  # fmt: skip

        return await self._in_turn(work)

    async def _in_turn(self, work: Callable[[_Prepared], T]) -> T:
        """In a thread when nobody else is; it goes on, and counts, when the asker has gone."""
        if self._asked >= ASKED_AT_ONCE_MAX:
            raise AnalysisBusy
        self._asked += 1
        return await asyncio.shield(asyncio.create_task(self._alone(work)))

    async def _alone(self, work: Callable[[_Prepared], T]) -> T:
        try:
            async with self._turn:
                return await asyncio.to_thread(lambda: work(self._prepare()))
        finally:
            self._asked -= 1

    def _prepare(self) -> _Prepared:
        """Of the maps in force now, unless it is at hand; only one thread at a time comes here."""
        known, roads, grid = self._prepared, self._maps.roads, self._maps.grid
        if known.roads is roads and known.grid is grid:
            return known
        reach = None if roads.network is None else Reach(roads.network, roads.factors)
        inside = grid.index.points_inside()
        points = {
            code: LonLat(float(lon), float(lat))
            for code, (lon, lat) in zip(grid.index.codes, inside, strict=True)
        }
        self._prepared = _Prepared(roads, grid, reach, points)
        return self._prepared


def _cells(prepared: _Prepared, asked: CoverageAsked) -> list[DemandCell]:
    """The cells that count, each in the area of the asked level that it lies in, else the top."""
    for place, code in enumerate(asked.demand or ()):
        if code not in prepared.points:
            raise UnknownCell(f"no cell {code}", pointer=f"/demand/{place}/cell")
    areas = prepared.grid.areas
    if asked.by_level is not None and all(one.level != asked.by_level for one in areas.values()):
        raise UnknownLevel(f"the grid has no {asked.by_level}", pointer="/level")
    found: list[DemandCell] = []
    for code in prepared.points if asked.demand is None else asked.demand:
        above = areas[code].path.split(".")
        if asked.within_area is not None and asked.within_area not in above:
            continue
        area = next((one for one in above if areas[one].level == asked.by_level), above[0])
        found.append(DemandCell(code, area, 1.0 if asked.demand is None else asked.demand[code]))
    if not found:
        raise NoCells
    return found


def _seconds(
    reach: Reach, prepared: _Prepared, asked: CoverageAsked, cells: Sequence[DemandCell]
) -> np.ndarray:
    """From each stand to each cell; infinite beyond the target."""
    if not asked.stands:
        return np.empty((0, len(cells)))
    return reach.matrix(
        [one.at for one in asked.stands],
        [prepared.points[one.code] for one in cells],
        within_s=asked.within_s,
        mode=asked.mode,
    )


def _shape(prepared: _Prepared, code: str) -> BaseGeometry:
    shape = prepared.grid.areas[code].geometry
    assert shape is not None  # noqa: S101  (only cells with a shape have a point)
    return shape


def _cover(one: CoverArea, stands: Sequence[Stand]) -> FoundCover:
    name = None if one.row == NOBODY else stands[one.row].name
    return FoundCover(name, one.cells, one.share, dict(shapely.geometry.mapping(one.shape)))


def _told(one: Isochrone) -> FoundReach:
    geometry: dict[str, Any] = dict(shapely.geometry.mapping(one.shape))
    return FoundReach(one.within_s, geometry, one.area_km2)
