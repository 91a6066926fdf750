"""One real service under test: its database, its routes over ASGI, its consumers by hand."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
import httpx
import uvicorn
from fastapi import FastAPI

from beaconfire_contracts.envelope import Cause, Scope
from beaconfire_contracts.facts import Fact, key_of, spec_of
from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.allow import EVERYWHERE
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.access.tokens import Minter, Verifier, new_signing_key
from beaconfire_platform.clock import RunningClock, wall_now
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.postgres import PostgresLog
from beaconfire_platform.positions import LocalPositionStream
from beaconfire_platform.process.app import LARGER_BODIES
from beaconfire_platform.process.trust import trust_for
from beaconfire_platform.schema import ServiceSchema, migrate
from beaconfire_platform.web import problems
from beaconfire_platform.web.edge import Edge
from beaconfire_platform.web.gate import Gate
from beaconfire_platform.web.session import SessionDoor
from beaconfire_platform.web.socket import protocol_for
from beaconfire_testkit.log_harness import as_role
from beaconfire_testkit.postgres import SERVICES

SIGNING_KEY: Final = new_signing_key()
"""What every token under test is signed with; agency under test is given it as its key's file."""
_MINTER: Final = Minter(SIGNING_KEY)

NOBODY: Final = "http://127.0.0.1:9"
"""Where nothing listens: whoever asks there is refused at once."""
Build = Callable[[Ground], Awaitable[Service]]


def a_subject(
    role: Role,
    *,
    reach: str = EVERYWHERE,
    body: str | None = None,
    unit_id: str | None = None,
    seat: str | None = None,
    person_id: str | None = None,
) -> Subject:
    """Somebody with one role; everywhere unless said otherwise."""
    grant = Grant(
        role, BodyId(body or new_id()), reach, None if unit_id is None else UnitId(unit_id)
    )
    return Subject(id=person_id or new_id(), grants=(grant,), seat=seat)


def minted(subject: Subject) -> str:
    """A short token of somebody's, as agency signs it."""
    return _MINTER.mint(subject, now=wall_now())


@dataclass(slots=True)
class ServiceUnderTest:
    """A built service with everything that stands around it, all of it real."""

    service: Service
    ground: Ground
    app: FastAPI
    databases: dict[str, Database]
    clock: RunningClock

    def client(self, subject: Subject | None = None) -> httpx.AsyncClient:
        """A client over the real gate and routes, with a token of `subject` or none."""
        headers: dict[str, str] = {}
        if subject is not None:
            headers["Authorization"] = f"Bearer {minted(subject)}"
        transport = httpx.ASGITransport(app=self.gated, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)

    @property
    def gated(self) -> Gate:
        """The application as strangers meet it: behind the gate and, with agency, its door."""
        exchange = self.service.exchange
        behind = self.app if exchange is None else SessionDoor(self.app, exchange)
        return Gate(behind, limits=LARGER_BODIES)

    async def tell(self, *facts: Fact, scope: Scope | None = None) -> None:
        """Tell facts as the services that own them would, each in its own transaction."""
        for fact in facts:
            database = self.databases[spec_of(fact).service]
            cause = Cause(actor="test", correlation_id="test")
            async with database.transaction(aggregate(key_of(fact)), cause=cause) as tx:
                await tx.tell(fact, scope=scope)

    async def catch_up(self) -> None:
        """Let every consumer of the service take in all that was told."""
        moved = True
        while moved:
            moved = False
            for one in (*self.service.consumers, *self.service.listeners):
                moved = bool(await one.step()) or moved

    async def told(self, factclass: type[Any]) -> list[Any]:
        """All facts of a class in the log, oldest first."""
        sources = frozenset(SERVICES)
        from_start = await PostgresLog(self.ground.database.pool, Doorbell()).everything(sources)
        return [one.fact for one in from_start if isinstance(one.fact, factclass)]


@asynccontextmanager
async def running_service(
    owner_dsn: str, name: str, build: Build, *, origin: httpx.AsyncClient | None = None
) -> AsyncGenerator[ServiceUnderTest]:
    """Migrate an empty database for all services, build one of them, close all at the end.

    `origin` answers what the service asks of others; without it nobody answers.
    """
    await migrate(
        owner_dsn,
        [ServiceSchema(one, f"beaconfire_{one}", f"beaconfire_{one}") for one in SERVICES],
    )
    bell = Doorbell()
    databases = {
        one: await Database.connect(
            one, as_role(owner_dsn, f"beaconfire_{one}"), bell=bell, connections=4
        )
        for one in SERVICES
    }
    log_pool = await asyncpg.create_pool(owner_dsn, min_size=1, max_size=2)
    verifier = Verifier(_MINTER.public_key)
    clock = RunningClock()
    client = origin or httpx.AsyncClient(base_url=NOBODY, timeout=1, verify=trust_for(NOBODY))
    ground = Ground(
        database=databases[name],
        log=PostgresLog(log_pool, bell),
        clock=clock,
        verifier=verifier,
        edge=Edge(databases[name], verifier),
        http=client,
        positions=LocalPositionStream(),
        instance="test",
    )
    try:
        service = await build(ground)
        app = FastAPI()
        problems.install(app)
        app.router.routes.extend(service.router.routes)  # included, each would be analysed again
        yield ServiceUnderTest(service, ground, app, databases, clock)
        if service.close is not None:
            await service.close()
    finally:
        await client.aclose()
        log_pool.terminate()
        for database in databases.values():
            await database.close()


@asynccontextmanager
async def served(under_test: ServiceUnderTest) -> AsyncGenerator[str]:
    """The service over a real port with its websocket doors, its consumers and loops running."""
    config = uvicorn.Config(
        under_test.gated,
        http="httptools",
        ws=protocol_for(under_test.service.sockets),
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = _QuietServer(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        service = under_test.service
        running = [
            asyncio.create_task(one.run()) for one in (*service.consumers, *service.listeners)
        ]
        running += [asyncio.create_task(_forever(loop)) for loop in under_test.service.loops]
        try:
            while not server.started:  # noqa: ASYNC110  (uvicorn has no event)
                await asyncio.sleep(0.01)
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            server.should_exit = True
            await serving


class _QuietServer(uvicorn.Server):
    """uvicorn's server without its signal handlers: pytest has its own."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def _forever(loop: Callable[[], Awaitable[None]]) -> None:
    await loop()
