"""The road graph that geo released, fetched by its hash; straight lines until it is here."""

import asyncio
from collections.abc import Sequence
from typing import Final

import httpx
import numpy as np
import structlog

from beaconfire_contracts.places import Point
from beaconfire_dispatch.adapters.road_facts import closed_now, closures_on
from beaconfire_platform.database import Database
from beaconfire_platform.telemetry import ROAD_ENGINES
from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_closures import Closure, ClosuresOn
from beaconfire_spatial.road_engine import ROAD_ENGINE, road_times
from beaconfire_spatial.road_network import BadNetwork, RoadNetwork
from beaconfire_spatial.travel_times import RoadTimes, StraightLine

MODE: Final = "lights"
NAME: Final = "main"
_UNKNOWN: Final = frozenset({"?"})
"""What is closed on a graph that was just fetched: to be laid, even if it is nothing."""
_log: Final = structlog.get_logger(__name__)


class Roads:
    """Road seconds under lights over the graph in force."""

    def __init__(self, database: Database, http: httpx.AsyncClient) -> None:
        """Nothing is fetched yet."""
        self._database = database
        self._http = http
        self._sha256: str | None = None
        self._free: RoadTimes | None = None
        self._laid: ClosuresOn | None = None
        self._closed: frozenset[str] = frozenset()
        self._times: RoadTimes | StraightLine = StraightLine()

    @property
    def method(self) -> str:
        """How the seconds are found: `straight_line` before the first graph is here."""
        return self._times.method

    @property
    def sha256(self) -> str | None:
        """Which graph is in force, or None before the first is here."""
        return self._sha256

    @property
    def closed(self) -> frozenset[str]:
        """Which closures lie over it."""
        return frozenset() if self._sha256 is None else self._closed - _UNKNOWN

    @property
    def network(self) -> RoadNetwork | None:
        """The graph in force, or None before the first is here."""
        return None if self._free is None else self._free.network

    async def refresh(self) -> bool:
        """Take the graph in force and its closures; whether anything changed. Away: try later."""
        async with self._database.reading() as connection:
            wanted = await connection.fetchval("select sha256 from roads where name = $1", NAME)
            closed = await closed_now(connection, NAME)
            if wanted is None or (wanted, closed) == (self._sha256, self._closed):
                return False
            closures = await closures_on(connection, NAME)
        if wanted != self._sha256 and not await self._fetch(wanted) and self._free is None:
            return False
        return await self._close(closures)

    async def _fetch(self, wanted: str) -> bool:
        """Fetch another graph by its hash; closures stand on the old one while geo is away."""
        try:
            answer = await self._http.get(f"/v1/artefacts/{wanted}", timeout=30)
            answer.raise_for_status()
            self._free, self._laid = await asyncio.to_thread(_prepare, answer.content)
        except (httpx.HTTPError, BadNetwork) as error:
            _log.warning("roads_not_fetched", sha256=wanted[:12], error=type(error).__name__)
            return False
        self._sha256, self._closed = wanted, _UNKNOWN
        ROAD_ENGINES.labels(self._database.service, ROAD_ENGINE).set(1)
        _log.info("roads_fetched", sha256=wanted[:12], engine=ROAD_ENGINE)
        return True

    async def _close(self, closures: dict[str, Closure]) -> bool:
        """Lay these closures over the graph; without any it is as it was released, untouched.

        Made beside the loop and put in force in one step: nobody ever sees half of it.
        """
        if self._free is None or self._laid is None or self._closed == frozenset(closures):
            return False
        self._times = await asyncio.to_thread(_under, self._free, self._laid, closures)
        self._closed = frozenset(closures)
        _log.info("roads_closed", closures=len(closures))
        return True

    def matrix(self, sources: Sequence[Point], targets: Sequence[Point]) -> np.ndarray:
        """Seconds from each source (row) to each target (column); infinite where no road leads."""
        if not sources or not targets:
            return np.zeros((len(sources), len(targets)))
        return self._times.matrix(
            [LonLat(one.lon, one.lat) for one in sources],
            [LonLat(one.lon, one.lat) for one in targets],
            mode=MODE,
        )

    def off_road_s(self, points: Sequence[Point]) -> np.ndarray | None:
        """Seconds from each point to the road; None where times are of straight lines."""
        times = self._times
        if isinstance(times, StraightLine):
            return None
        return times.off_road_s([LonLat(one.lon, one.lat) for one in points])


def _prepare(blob: bytes) -> tuple[RoadTimes, ClosuresOn]:
    network = RoadNetwork.from_bytes(blob)
    return road_times(network), ClosuresOn(network)


def _under(free: RoadTimes, laid: ClosuresOn, closures: dict[str, Closure]) -> RoadTimes:
    factors = laid.slowing(closures)
    return free.under(factors) if closures else free
