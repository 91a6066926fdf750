"""The road graph that geo released, fetched by its hash; straight lines until it is here."""

import asyncio
from collections.abc import Sequence
from typing import Final

import httpx
import numpy as np
import structlog

from beaconfire_contracts.facts.geo import RoadsReleased
from beaconfire_contracts.places import Point
from beaconfire_platform.database import Connection, Database
from beaconfire_platform.telemetry import ROAD_ENGINES
from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_engine import ROAD_ENGINE, road_times
from beaconfire_spatial.road_network import BadNetwork, RoadNetwork
from beaconfire_spatial.travel_times import StraightLine, TravelTimes

MODE: Final = "lights"
NAME: Final = "main"
_log: Final = structlog.get_logger(__name__)


async def keep_release(connection: Connection, fact: RoadsReleased) -> None:
    """Remember which graph is in force."""
    await connection.execute(
        "insert into roads (name, version, sha256) values ($1, $2, $3) "
        "on conflict (name) do update set version = excluded.version, sha256 = excluded.sha256",
        fact.roads, fact.version, fact.sha256,
    )  # fmt: skip


class Roads:
    """Road seconds under lights over the graph in force."""

    def __init__(self, database: Database, http: httpx.AsyncClient) -> None:
        """Nothing is fetched yet."""
        self._database = database
        self._http = http
        self._sha256: str | None = None
        self._times: TravelTimes = StraightLine()

    @property
    def method(self) -> str:
        """How the seconds are found: `straight_line` before the first graph is here."""
        return self._times.method

    async def refresh(self) -> bool:
        """Fetch the graph in force when it is another; whether it changed. Away: try later."""
        wanted = await self._database.pool.fetchval(
            "select sha256 from roads where name = $1", NAME
        )
        if wanted is None or wanted == self._sha256:
            return False
        try:
            answer = await self._http.get(f"/v1/artefacts/{wanted}", timeout=30)
            answer.raise_for_status()
            self._times = await asyncio.to_thread(_prepare, answer.content)
        except (httpx.HTTPError, BadNetwork) as error:
            _log.warning("roads_not_fetched", sha256=wanted[:12], error=type(error).__name__)
            return False
        self._sha256 = wanted
        ROAD_ENGINES.labels(self._database.service, ROAD_ENGINE).set(1)
        _log.info("roads_fetched", sha256=wanted[:12], engine=ROAD_ENGINE)
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


def _prepare(blob: bytes) -> TravelTimes:
    return road_times(RoadNetwork.from_bytes(blob))
