"""Every service on one database and one log: what the node is made of."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import asyncpg
import httpx

import beaconfire_agency.main
import beaconfire_agency.settings
import beaconfire_dispatch.main
import beaconfire_dispatch.settings
import beaconfire_geo.main
import beaconfire_geo.settings
import beaconfire_incident.main
import beaconfire_incident.settings
import beaconfire_situation.main
import beaconfire_situation.settings
from beaconfire_platform.access.service_token import ServiceToken
from beaconfire_platform.access.tokens import Minter, Verifier
from beaconfire_platform.clock import RunningClock
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.log.postgres import PostgresLog
from beaconfire_platform.positions import LocalPositionStream
from beaconfire_platform.process.logins import LoginOf, role_of
from beaconfire_platform.process.trust import trust_for
from beaconfire_platform.schema import ServiceSchema
from beaconfire_platform.web.edge import Edge
from beaconfire_platform.web.session import Exchange
from beaconfire_platform.web.socket import Accept

INSTANCE: Final = "node"
"""A node is the only process of its services: one that begins anew is the same."""
Build = Callable[[Ground, "Shared"], Awaitable[Service]]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment may set, read before anything starts."""

    agency: beaconfire_agency.settings.AgencySettings
    geo: beaconfire_geo.settings.GeoSettings
    incident: beaconfire_incident.settings.IncidentSettings

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], *, key_folder: Path) -> "Settings":
        """Every service's own; BadSetting names the first that is unfit."""
        return cls(
            beaconfire_agency.settings.AgencySettings.from_environment(
                environment, key_folder=key_folder
            ),
            beaconfire_geo.settings.GeoSettings.from_environment(environment),
            beaconfire_incident.settings.IncidentSettings.from_environment(environment),
        )


async def _agency(ground: Ground, shared: "Shared") -> Service:
    return await beaconfire_agency.main.build(ground, shared.settings.agency)


async def _geo(ground: Ground, shared: "Shared") -> Service:
    return await beaconfire_geo.main.build(ground, shared.settings.geo)


async def _incident(ground: Ground, shared: "Shared") -> Service:
    return await beaconfire_incident.main.build(ground, shared.settings.incident)


async def _dispatch(ground: Ground, _shared: "Shared") -> Service:
    settings = beaconfire_dispatch.settings.DispatchSettings()
    return await beaconfire_dispatch.main.build(ground, settings)


async def _situation(ground: Ground, _shared: "Shared") -> Service:
    settings = beaconfire_situation.settings.SituationSettings()
    return await beaconfire_situation.main.build(ground, settings)


BUILDERS: Final[dict[str, Build]] = {
    "agency": _agency,
    "incident": _incident,
    "geo": _geo,
    "dispatch": _dispatch,
    "situation": _situation,
}
"""Service by service; each is given the same ground but its own database role."""


def schemas() -> list[ServiceSchema]:
    """What each service brings to the database."""
    return [ServiceSchema(name, role_of(name), f"beaconfire_{name}") for name in BUILDERS]


@dataclass(slots=True)
class Composition:
    """The built services and what they share."""

    services: list[Service] = field(default_factory=list)
    databases: list[Database] = field(default_factory=list)
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def exchange(self) -> Exchange:
        """Agency's, for the session's door."""
        return next(one.exchange for one in self.services if one.exchange is not None)

    @property
    def doors(self) -> dict[str, Accept]:
        """Every service's websocket doors by path."""
        return {path: accept for one in self.services for path, accept in one.sockets.items()}

    def database_of(self, service: str) -> Database:
        """The database as one service reaches it."""
        return next(one for one in self.databases if one.service == service)

    async def close(self) -> None:
        """Close in the opposite order of building."""
        for service in reversed(self.services):
            if service.close is not None:
                await service.close()
        for client in self.clients:
            await client.aclose()
        for database in self.databases:
            await database.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all services of the node share."""

    login_of: LoginOf
    origin: str
    clock: RunningClock
    minter: Minter
    settings: Settings
    verifier: Verifier
    bell: Doorbell
    log_pool: asyncpg.Pool


async def compose(shared: Shared) -> Composition:
    """Build every service; what was built is closed again when one cannot be."""
    composition = Composition()
    positions = LocalPositionStream()
    log = PostgresLog(shared.log_pool, shared.bell)
    async with AsyncExitStack() as unless_done:
        unless_done.push_async_callback(composition.close)
        for name, build in BUILDERS.items():
            login = shared.login_of(role_of(name))
            database = await Database.connect(name, login.dsn, bell=shared.bell, role=login.role)
            composition.databases.append(database)
            client = httpx.AsyncClient(
                base_url=shared.origin,
                auth=ServiceToken(name, shared.minter),
                timeout=5,
                trust_env=False,
                verify=trust_for(shared.origin),
            )
            composition.clients.append(client)
            ground = Ground(
                database=database,
                log=log,
                clock=shared.clock,
                verifier=shared.verifier,
                edge=Edge(database, shared.verifier),
                http=client,
                positions=positions,
                instance=INSTANCE,
            )
            composition.services.append(await build(ground, shared))
        unless_done.pop_all()
    return composition
