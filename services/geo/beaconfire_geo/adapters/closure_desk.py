"""Closing roads at work: what is asked becomes a closure on the graph in force."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
import shapely

from beaconfire_contracts.facts.geo import RoadsClosed
from beaconfire_contracts.places import Point, Stretch
from beaconfire_contracts.refusals import Invalid, NotFound
from beaconfire_geo.adapters.closures import PgClosures, on_the_graph
from beaconfire_geo.adapters.maps import Maps, RoadsInForce
from beaconfire_geo.application.closing import ClosedRoads, ClosureAsked, NumberedArcs, RoadsView
from beaconfire_geo.domain.closures import (
    RING_POINTS_MAX,
    ROADS_DRAWN_MAX,
    STRETCHES_MAX,
    NoRoads,
    NothingClosed,
    OtherRoads,
    RoadClosure,
    shared_path,
)
from beaconfire_platform.database import Database, Tx
from beaconfire_platform.ids import new_id
from beaconfire_spatial.geometry import BadGeometry, LonLat, polygon_from_geojson
from beaconfire_spatial.road_closures import arcs_at, arcs_closed, roads_under, stretches_of
from beaconfire_spatial.road_engine import ROAD_ENGINE
from beaconfire_spatial.road_network import RoadNetwork

ENDS_PLACED_MAX: Final = 20_000
"""Ends of roads looked up in the grid for one closure, 10 µs each; more is the whole city's."""
POINT_REACH_M: Final = 50.0
"""How far from a road somebody may point and still mean it: a finger on a map of a district."""


class BadClosure(Invalid):
    """The shape cannot be an area of closed roads."""


class PgClosureDesk:
    """Closures over the maps in force."""

    def __init__(self, database: Database, maps: Maps) -> None:
        """One database, the maps in force."""
        self._database = database
        self._maps = maps

    @property
    def roads_name(self) -> str:
        """The graph that answers."""
        return self._maps.roads_name

    async def draft(self, asked: ClosureAsked, now: datetime) -> RoadClosure:
        """The closure that is asked for, off the loop: an area may have a thousand corners."""
        return await asyncio.to_thread(self._draft, asked, now)

    def _draft(self, asked: ClosureAsked, now: datetime) -> RoadClosure:
        roads = self._maps.roads
        if roads.network is None:
            raise NoRoads
        ring = () if asked.area is None else _ring(asked.area)
        stretches = _stretches(roads, roads.network, asked)
        told = RoadsClosed(
            new_id(), self.roads_name, ring, stretches, asked.speed_share, asked.reason, now,
            asked.incident_id,
        )  # fmt: skip
        arcs = arcs_closed(roads.network, on_the_graph(told))
        if not len(arcs):
            raise NothingClosed(pointer="/area")
        return RoadClosure(told, self._path(roads.network, arcs), len(arcs), asked.note)

    def _path(self, network: RoadNetwork, arcs: np.ndarray) -> str | None:
        """The smallest division that holds all these roads, by their ends and not by an area's
        corners: those may stand around what the caller has no say in."""
        ends = np.unique(np.concatenate((network.tail[arcs], network.head[arcs])))
        if len(ends) > ENDS_PLACED_MAX:
            return self._maps.root_path()
        points = (network.point(int(node)) for node in ends)
        found = {self._maps.find(Point(one.lon, one.lat)).path for one in points}
        return shared_path(sorted(one for one in found if one)) or self._maps.root_path()

    def in_force(self) -> Sequence[RoadClosure]:
        """Those that answers are under at this moment."""
        return self._maps.roads.closures

    def view(self) -> RoadsView:
        """What is in force."""
        roads = self._maps.roads
        network, factors = roads.network, roads.factors
        closed = 0 if factors is None else int(np.isinf(factors).sum())
        return RoadsView(
            roads.released,
            0 if network is None else network.node_count,
            0 if network is None else network.arc_count,
            roads.times.method,
            ROAD_ENGINE,
            len(roads.closures),
            closed,
            0 if factors is None else int((factors > 1).sum()) - closed,
        )

    async def closed_roads(self) -> ClosedRoads:
        """What they take of the roads in force, off the loop: a flood closes thousands."""
        return await asyncio.to_thread(self._closed_roads)

    def _closed_roads(self) -> ClosedRoads:
        roads = self._maps.roads
        if roads.network is None or roads.factors is None:
            return ClosedRoads((), 0, 0)
        drawn, number = roads_under(roads.network, roads.factors, ROADS_DRAWN_MAX)
        return ClosedRoads(drawn, number, len(roads.closures))

    async def path_of(self, closure_id: str) -> str | None:
        """In which division a closure lies."""
        async with self._database.reading() as connection:
            found = await PgClosures(connection).get(closure_id)
        if found is None:
            raise NotFound
        return found.path

    def closures(self, tx: Tx) -> PgClosures:
        """The tables within one transaction."""
        return PgClosures(tx.connection)

    async def load_roads(self) -> None:
        """Take what changed into force."""
        await self._maps.load_roads()


def _ring(area: dict[str, Any]) -> tuple[Point, ...]:
    try:
        shape = polygon_from_geojson(area)
    except BadGeometry as error:
        raise BadClosure(str(error), pointer="/area") from error
    if not isinstance(shape, shapely.Polygon) or shape.interiors:
        raise BadClosure("an area of closed roads is one ring without holes", pointer="/area")
    corners = list(shape.exterior.coords)
    if len(corners) > RING_POINTS_MAX:
        raise BadClosure(f"more than {RING_POINTS_MAX} corners", pointer="/area")
    return tuple(Point(one[0], one[1]) for one in corners)


def _stretches(
    roads: RoadsInForce, network: RoadNetwork, asked: ClosureAsked
) -> tuple[Stretch, ...]:
    arcs = [] if asked.numbered is None else _numbered(roads, network, asked.numbered)
    for place, point in enumerate(asked.points):
        near = arcs_at(network, LonLat(point.lon, point.lat), POINT_REACH_M).tolist()
        if not near:
            said = f"no road within {POINT_REACH_M:.0f} m"
            raise NothingClosed(said, pointer=f"/points/{place}")
        arcs += near
    found = stretches_of(network, arcs)
    if len(found) > STRETCHES_MAX:
        raise NothingClosed(f"more than {STRETCHES_MAX} stretches: draw an area", pointer="/points")
    return tuple(_told(one.tail, one.head) for one in found)


def _numbered(roads: RoadsInForce, network: RoadNetwork, numbered: NumberedArcs) -> list[int]:
    if numbered.roads_sha256 != roads.sha256:
        raise OtherRoads(pointer="/numbered/roads_sha256")
    return list(_known(numbered.arcs, network.arc_count))


def _known(arcs: Iterable[int], count: int) -> Iterable[int]:
    for place, arc in enumerate(arcs):
        if arc >= count:
            raise NothingClosed(f"there is no arc {arc}", pointer=f"/numbered/arcs/{place}")
        yield arc


def _told(tail: LonLat, head: LonLat) -> Stretch:
    return Stretch(Point(tail.lon, tail.lat), Point(head.lon, head.lat))
