"""A city over dispatch's real routes and a real database; planner and deadlines by hand."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.adapters.aid_rows import PgAids, PgNeighbours
from beaconfire_dispatch.adapters.aid_watch import AidWatch
from beaconfire_dispatch.adapters.arrivals import RoadArrivals
from beaconfire_dispatch.adapters.deadline_rows import PgDeadlines
from beaconfire_dispatch.adapters.deadlines import Deadlines
from beaconfire_dispatch.adapters.demands import PgDemands, PgPolicies, PgRecommendations
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_dispatch.adapters.postgres import PgAssignments, PgUnits
from beaconfire_dispatch.adapters.registers import PgRegisters
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.rosters import PgRosters
from beaconfire_dispatch.adapters.task_deadlines import TaskDeadlines
from beaconfire_dispatch.adapters.tasks import PgTasks
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.application.aid_ports import Helping
from beaconfire_dispatch.main import build
from beaconfire_dispatch.settings import DispatchSettings
from beaconfire_geo.main import build as build_geo
from beaconfire_geo.settings import GeoSettings
from beaconfire_platform.database import Tx
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.lease import Lease
from beaconfire_testkit.city import City, a_city
from beaconfire_testkit.grid import area, grid
from beaconfire_testkit.neighbours import Neighbourhood, a_neighbourhood
from beaconfire_testkit.postgres import PostgresServer
from beaconfire_testkit.service import ServiceUnderTest, a_subject, running_service

GRID = grid(
    area("d1", "district", "akl", (174.70, -36.90, 174.90, -36.80)),
    area("c1", "cell", "d1", (174.75, -36.86, 174.77, -36.84)),
    area("c10", "cell", "d1", (174.77, -36.86, 174.79, -36.84)),
)
"""Around the middle of the city: `akl.d1.c1` is where incidents lie unless said otherwise."""


async def _build(ground: Ground) -> Service:
    return await build(ground, DispatchSettings())


@pytest.fixture
async def city(database: str) -> AsyncGenerator[City]:
    async with running_service(database, "dispatch", _build) as running:
        yield await a_city(running)


async def _build_geo(ground: Ground) -> Service:
    return await build_geo(ground, GeoSettings())


@pytest.fixture
async def geo(postgres_server: PostgresServer) -> AsyncGenerator[ServiceUnderTest]:
    """A real geo beside dispatch, with a database of its own."""
    name = f"geo_{new_id().replace('-', '')[-12:]}"
    dsn = await postgres_server.create(name)
    async with running_service(dsn, "geo", _build_geo) as running:
        yield running
    await postgres_server.drop(name)


@pytest.fixture
async def mapped(database: str, geo: ServiceUnderTest) -> AsyncGenerator[City]:
    """The same city with a real geo beside it, whose grid has its district and two cells."""
    async with geo.client(a_subject(Role.ADMINISTRATOR)) as keeper:
        answer = await keeper.put("/v1/layers/grid", json=GRID)
        assert answer.status_code == 200, answer.text
    asking = geo.client(a_subject(Role.SERVICE))
    async with running_service(database, "dispatch", _build, origin=asking) as running:
        yield await a_city(running)


@pytest.fixture
def whereabouts(city: City) -> Whereabouts:
    return Whereabouts(city.running.ground.positions, city.running.ground.http)


@pytest.fixture
def planner(city: City, whereabouts: Whereabouts) -> Planner:
    ground = city.running.ground
    roads = Roads(ground.database, ground.http)
    return Planner(
        ground.database, ground.clock, roads, whereabouts, Lease(ground.database, "planner", "test")
    )


@pytest.fixture
def deadlines(city: City) -> Deadlines:
    ground = city.running.ground
    return Deadlines(ground.database, ground.clock, lambda: None)


@pytest.fixture
def untaken(city: City) -> TaskDeadlines:
    ground = city.running.ground
    return TaskDeadlines(ground.database, ground.clock, new_id)


@dataclass
class Tables:
    """All of dispatch's tables within one transaction, and what is told in it."""

    tx: Tx
    units: PgUnits
    assignments: PgAssignments
    demands: PgDemands
    policies: PgPolicies
    recommendations: PgRecommendations
    registers: PgRegisters
    tasks: PgTasks
    rosters: PgRosters
    deadlines: PgDeadlines

    def told(self, factclass: type) -> list[object]:
        """The facts of a class that were told so far."""
        return [one for one in self.tx.told if isinstance(one, factclass)]


@pytest.fixture
async def tables(city: City) -> AsyncGenerator[Tables]:
    cause = Cause(actor="test", correlation_id="test")
    async with city.running.ground.database.transaction(cause=cause) as tx:
        one = tx.connection
        yield Tables(
            tx, PgUnits(one), PgAssignments(one), PgDemands(one), PgPolicies(one),
            PgRecommendations(tx), PgRegisters(one), PgTasks(one), PgRosters(one),
            PgDeadlines(one),
        )  # fmt: skip


@pytest.fixture
async def around(city: City) -> Neighbourhood:
    return await a_neighbourhood(city)


@pytest.fixture
def helping_in(city: City, whereabouts: Whereabouts) -> Callable[[Tx], Helping]:
    ground = city.running.ground
    roads = Roads(ground.database, ground.http)

    def helping(tx: Tx) -> Helping:
        neighbours = PgNeighbours(tx.connection, RoadArrivals(tx.connection, roads, whereabouts))
        return Helping(PgAids(tx.connection), neighbours, PgDemands(tx.connection), tx, new_id)

    return helping


@pytest.fixture
def aid_watch(city: City, helping_in: Callable[[Tx], Helping]) -> AidWatch:
    ground = city.running.ground
    return AidWatch(ground.database, ground.clock, helping_in)
