"""Zones at work: drawn on the map, what is inside, kept by the clock, followed by all."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

import numpy as np
import shapely
import structlog

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import NotFound
from beaconfire_geo.adapters.fence_store import PgFences
from beaconfire_geo.adapters.fence_watch import FenceWatch
from beaconfire_geo.adapters.fences_in_force import fence_of
from beaconfire_geo.adapters.key_places import KeyPlaces
from beaconfire_geo.adapters.layer_file import UnknownCrs
from beaconfire_geo.adapters.maps import Maps
from beaconfire_geo.adapters.zone_roads import TxZoneRoads
from beaconfire_geo.adapters.zones import PgZones
from beaconfire_geo.application.turn_zone import keys, turn_zone
from beaconfire_geo.application.zoning import DrawnEdge, UnitVisit, ZoneEdge, ZoneInside
from beaconfire_geo.domain.closures import shared_path
from beaconfire_geo.domain.fit import Box, refuse_far
from beaconfire_geo.domain.zones import ZONE_CORNERS_MAX, BadZone, HazardZone
from beaconfire_platform.access.subject import Reach
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import TROUBLE, Database, Tx
from beaconfire_platform.row_patience import Patience
from beaconfire_spatial.coordinates import UnknownSystem, coordinate_system
from beaconfire_spatial.fences import circle_ring
from beaconfire_spatial.geometry import (
    BadGeometry,
    Convert,
    LonLat,
    distance_m,
    point_from_geojson,
    polygon_from_geojson,
)
from beaconfire_spatial.road_closures import Closure, arcs_closed

TURN_EVERY_S: Final = 1.0
TIDY_EVERY_S: Final = 3_600.0
ACROSS_M_MAX: Final = 100_000.0
"""A zone is measured on a flat map, which is right to 1 % over so much; more is a division."""
CELLS_TOLD_MAX: Final = 200
"""In one answer, beside how many there are: more are seen on the map."""
PLACES_TOLD_MAX: Final = 200
_CLOCK: Final = Cause(actor="geo:zones", correlation_id="zones")
_log: Final = structlog.get_logger(__name__)


class PgZoneDesk:
    """Zones over the maps in force."""

    def __init__(
        self, database: Database, maps: Maps, places: KeyPlaces, watch: FenceWatch, clock: Clock
    ) -> None:
        """One database, the maps in force, who watches the fences."""
        self._database = database
        self._maps = maps
        self.places = places
        self._watch = watch
        self._clock = clock
        self._patience = Patience()

    @property
    def roads_name(self) -> str:
        """The graph whose roads are closed."""
        return self._maps.roads_name

    async def draw(self, edge: ZoneEdge) -> DrawnEdge:
        """The ring of an edge and the division that holds it, off the loop."""
        return await asyncio.to_thread(self._draw, edge, await self._maps.ground())

    def _draw(self, edge: ZoneEdge, ground: Box) -> DrawnEdge:
        ring, centre = _edge(edge)
        area = shapely.Polygon([(one.lon, one.lat) for one in ring])
        refuse_far(np.array(area.bounds), ground, _pointer(edge))
        grid = self._maps.grid
        paths = {grid.areas[one].path for one in grid.index.touching(area)}
        path = shared_path(sorted(paths)) or self._maps.root_path()
        return DrawnEdge(ring, centre, None if centre is None else edge.radius_m, path)

    async def lasting(self) -> Sequence[HazardZone]:
        """All that are planned or in force, the oldest first."""
        async with self._database.reading() as connection:
            return await PgZones(connection).lasting()

    async def of(self, zone_id: str) -> HazardZone:
        """One, lifted or not."""
        async with self._database.reading() as connection:
            found = await PgZones(connection).get(zone_id)
        if found is None:
            raise NotFound
        return found

    async def versions(self, zone_id: str) -> Sequence[HazardZone]:
        """All versions of one, the oldest first."""
        async with self._database.reading() as connection:
            return await PgZones(connection).versions(zone_id)

    async def at(self, point: Point, moment: datetime | None = None) -> Sequence[HazardZone]:
        """Those in force, now or then, that hold a point or reach it by their stand-off."""
        async with self._database.reading() as connection:
            zones = await PgZones(connection).in_force_at(moment or self._clock.now())
        lons, lats = np.array([point.lon]), np.array([point.lat])
        return [one for one in zones if not fence_of(one).outside_m(lons, lats)[0]]

    async def inside(self, zone: HazardZone, reach: Reach) -> ZoneInside:
        """What it holds or touches; units are those within the caller's reach."""
        fence = fence_of(zone)
        async with self._database.reading() as connection:
            seen = await PgFences(connection).within(fence.box(0.0), reach)
        lons, lats = (np.array([one[side] for one in seen]) for side in (1, 2))
        units = [
            one[0]
            for one, outside_m in zip(seen, fence.outside_m(lons, lats), strict=True)
            if not outside_m
        ]
        places = await self.places.inside(fence)
        codes, arcs = await asyncio.to_thread(self._ground, zone)
        grid = self._maps.grid
        return ZoneInside(
            [grid.areas[one] for one in codes[:CELLS_TOLD_MAX] if one in grid.areas],
            len(codes), places[:PLACES_TOLD_MAX], len(places),
            sum(one.place.people or 0 for one in places), arcs, units,
        )  # fmt: skip

    def _ground(self, zone: HazardZone) -> tuple[list[str], int]:
        ring = [(one.lon, one.lat) for one in zone.plan.ring]
        return self._maps.grid.index.touching(shapely.Polygon(ring)), self._arcs_in(zone)

    def _arcs_in(self, zone: HazardZone) -> int:
        network = self._maps.roads.network
        if network is None:
            return 0
        ring = tuple(LonLat(one.lon, one.lat) for one in zone.plan.ring)
        return len(arcs_closed(network, Closure(ring, (), 0.0)))

    async def warnings(self, reach: Reach) -> Sequence[UnitVisit]:
        """The visits of units within a reach, to zones in force."""
        async with self._database.reading() as connection:
            lasting = await PgZones(connection).lasting()
            visitors = await PgFences(connection).visitors(reach)
        zones = {one.zone_id: one for one in lasting}
        return [
            UnitVisit(unit, visit, zones[visit.zone_id])
            for unit, visit in visitors
            if visit.zone_id in zones
        ]

    def zones(self, tx: Tx) -> PgZones:
        """The tables within one transaction."""
        return PgZones(tx.connection)

    def roads(self, tx: Tx) -> TxZoneRoads:
        """Closures within one transaction."""
        return TxZoneRoads(tx, self.roads_name, self._arcs_in)

    async def follow(self) -> None:
        """Take what changed into force: roads at once, then who is inside."""
        await self._maps.load_roads()
        await self._watch.follow()

    async def keep_forever(self) -> None:
        """Begin and end zones by the clock, and settle who is in which."""
        tidied = 0
        while True:
            await asyncio.sleep(TURN_EVERY_S)
            tidied += 1
            try:
                await self.turn()
                await self._watch.beat()
                if tidied * TURN_EVERY_S >= TIDY_EVERY_S:
                    await self._watch.tidy()
                    tidied = 0
            except TROUBLE as error:
                _log.warning("zones_wait", error=type(error).__name__)

    async def turn(self) -> int:
        """Begin and end what is due; how many zones that were.

        One that cannot begin, as there is no room for the closure of its roads, holds up no other.
        """
        now = self._clock.now()
        async with self._database.reading() as connection:
            due = await PgZones(connection).due(now)
        turned = sum(
            [await self._patience.act(one, partial(self._turn, one, now), zone=one) for one in due]
        )
        if turned:
            await self.follow()
        return turned

    async def _turn(self, zone_id: str, now: datetime) -> bool:
        locks = keys(zone_id, self.roads_name)
        async with self._database.transaction(*locks, cause=_CLOCK) as tx:
            return await turn_zone(
                zone_id, zones=self.zones(tx), roads=self.roads(tx), facts=tx, now=now
            )


def _edge(edge: ZoneEdge) -> tuple[tuple[Point, ...], Point | None]:
    try:
        convert = _convert(edge.crs)
        centre = edge.centre
        if edge.area is not None and edge.area.get("type") == "Point":
            point = point_from_geojson(edge.area, convert)
            centre = Point(point.x, point.y)
        elif edge.area is not None and centre is None and edge.radius_m is None:
            return _ring_of(edge.area, convert), None
        elif edge.area is not None:
            centre = None
        if centre is not None and edge.radius_m:
            corners = circle_ring(LonLat(centre.lon, centre.lat), edge.radius_m)
            return tuple(Point(one.lon, one.lat) for one in corners), centre
    except BadGeometry as error:
        raise BadZone(str(error), pointer=_pointer(edge)) from error
    raise BadZone("a zone is an area, or a centre with radius_m", pointer=_pointer(edge))


def _convert(crs: str | None) -> Convert | None:
    if crs is None:
        return None
    try:
        system = coordinate_system(crs)
    except UnknownSystem as error:
        raise UnknownCrs(str(error), pointer="/crs") from error
    return None if system.convert is None else system.to_wgs84


def _ring_of(area: dict[str, object], convert: Convert | None) -> tuple[Point, ...]:
    shape = polygon_from_geojson(area, convert)
    if not isinstance(shape, shapely.Polygon) or shape.interiors:
        raise BadGeometry("a zone is one ring without holes")
    corners = shape.exterior.coords
    if len(corners) > ZONE_CORNERS_MAX:
        raise BadGeometry(f"more than {ZONE_CORNERS_MAX} corners")
    west, south, east, north = shape.bounds
    if distance_m(LonLat(west, south), LonLat(east, north)) > ACROSS_M_MAX:
        raise BadGeometry(f"more than {ACROSS_M_MAX / 1_000:.0f} km across")
    return tuple(Point(one[0], one[1]) for one in corners)


def _pointer(edge: ZoneEdge) -> str:
    return "/centre" if edge.area is None and edge.centre is not None else "/area"
