"""Roads at work: travel times and routes over the graph in force, and releasing another."""

import asyncio
import hashlib
from collections.abc import Sequence

import numpy as np

from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Invalid
from beaconfire_geo.adapters.maps import Maps
from beaconfire_geo.adapters.postgres import PgArtefacts, PgLayers
from beaconfire_geo.application.desks import FoundRoute
from beaconfire_geo.application.release_roads import ReleaseRoads
from beaconfire_platform.database import Database, Tx
from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_network import BadNetwork, RoadNetwork


class BadRoads(Invalid):
    """These bytes are no road graph."""


class PgRoadDesk:
    """Answers from the graph in force; keeps new graphs as artefacts."""

    def __init__(self, database: Database, maps: Maps) -> None:
        """One database, the maps in force."""
        self._database = database
        self._maps = maps

    @property
    def method(self) -> str:
        """How travel times are found: `road`, or `straight_line` before the first graph."""
        return "straight_line" if self._maps.roads.network is None else "road"

    def matrix(
        self, sources: Sequence[Point], targets: Sequence[Point], mode: str
    ) -> list[list[float | None]]:
        """Seconds from each source to each target; None where no road leads."""
        seconds = self._maps.roads.times.matrix(
            [LonLat(one.lon, one.lat) for one in sources],
            [LonLat(one.lon, one.lat) for one in targets],
            mode=mode,
        )
        return [
            [round(float(one), 1) if np.isfinite(one) else None for one in row] for row in seconds
        ]

    def route(self, source: Point, target: Point, mode: str) -> FoundRoute | None:
        """The fastest route, with the legs off the road at both ends."""
        found = self._maps.roads.times.route(
            LonLat(source.lon, source.lat), LonLat(target.lon, target.lat), mode=mode
        )
        if found is None:
            return None
        return FoundRoute(
            tuple(Point(one.lon, one.lat) for one in found.points),
            tuple(found.times_s),
            found.travel_time_s,
            found.distance_m,
        )

    def root_path(self) -> str | None:
        """The top of the grid."""
        return self._maps.root_path()

    async def check(self, name: str, blob: bytes) -> ReleaseRoads:
        """Read a graph's bytes off the loop; BadRoads for anything else."""
        try:
            network = await asyncio.to_thread(RoadNetwork.from_bytes, blob)
        except BadNetwork as error:
            raise BadRoads(str(error)) from error
        return ReleaseRoads(
            name, hashlib.sha256(blob).hexdigest(), blob, network.node_count, network.arc_count
        )

    def layers(self, tx: Tx) -> PgLayers:
        """The tables of versions within one transaction."""
        return PgLayers(tx.connection)

    def artefacts(self, tx: Tx) -> PgArtefacts:
        """The tables of artefacts within one transaction."""
        return PgArtefacts(tx.connection)

    async def blob(self, sha256: str) -> bytes | None:
        """An artefact's bytes."""
        async with self._database.reading() as connection:
            return await PgArtefacts(connection).get(sha256)

    async def load_roads(self) -> None:
        """Take the newest released graph into force."""
        await self._maps.load_roads()
