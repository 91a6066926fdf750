"""Every service's routes without the services: for the documents, and the gateway's table."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import asyncpg
import httpx
from fastapi import APIRouter

import beaconfire_agency.main
import beaconfire_dispatch.main
import beaconfire_dispatch.settings
import beaconfire_geo.main
import beaconfire_incident.main
import beaconfire_situation.main
import beaconfire_situation.settings
from beaconfire.node.composition import Settings
from beaconfire_platform.access.tokens import Minter, Verifier, new_signing_key
from beaconfire_platform.clock import RunningClock
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ground import Ground
from beaconfire_platform.log.postgres import PostgresLog
from beaconfire_platform.positions import LocalPositionStream
from beaconfire_platform.process.apart import CLOCK_AT
from beaconfire_platform.process.clock_routes import clock_routes
from beaconfire_platform.process.pace import Pace
from beaconfire_platform.process.trust import trust_for
from beaconfire_platform.web.edge import Edge

NOWHERE: Final = "nowhere.invalid"
"""A name that never leads anywhere (RFC 6761): nothing is connected to, nothing can be asked."""
NOWHERE_AT: Final = f"http://{NOWHERE}"


async def routers() -> Mapping[str, APIRouter]:
    """The routes of each service by its name as it has them apart, on ground that holds nothing."""
    ground = _ground(CLOCK_AT)
    clock = clock_routes(ground.edge, RunningClock(), Pace(RunningClock()), None)
    settings = Settings.from_environment({}, key_folder=Path(NOWHERE))
    dispatch = beaconfire_dispatch.settings.DispatchSettings()
    situation = beaconfire_situation.settings.SituationSettings()
    found = {
        "agency": beaconfire_agency.main.routes(_ground("agency"), settings.agency),
        "incident": beaconfire_incident.main.routes(_ground("incident"), settings.incident),
        "geo": beaconfire_geo.main.routes(_ground("geo"), settings.geo),
        "dispatch": beaconfire_dispatch.main.routes(_ground("dispatch"), dispatch),
        "situation": beaconfire_situation.main.routes(_ground("situation"), situation),
    }
    found[CLOCK_AT].include_router(clock)
    return found


def _ground(service: str) -> Ground:
    bell = Doorbell()
    # a pool that is made and never opened: whoever asked it would be told so
    pool: asyncpg.Pool = asyncpg.create_pool(f"postgresql://{service}@{NOWHERE}/{service}")
    database = Database(service, pool, bell)
    verifier = Verifier(Minter(new_signing_key()).public_key)
    return Ground(
        database=database,
        log=PostgresLog(pool, bell),
        clock=RunningClock(),
        verifier=verifier,
        edge=Edge(database, verifier),
        http=httpx.AsyncClient(base_url=NOWHERE_AT, verify=trust_for(NOWHERE_AT)),
        positions=LocalPositionStream(),
        instance="described",
    )
