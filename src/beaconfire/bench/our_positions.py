"""Our side of `positions`, alone: the whole of geo in a process, its loops running."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import uvicorn
import uvloop

from beaconfire_geo.main import build_apart
from beaconfire_platform.access.tokens import Verifier
from beaconfire_platform.clock import RunningClock
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.log.postgres import PostgresLog
from beaconfire_platform.positions import LocalPositionStream
from beaconfire_platform.process.app import application
from beaconfire_platform.process.running import Running
from beaconfire_platform.telemetry import configure_logging
from beaconfire_platform.web.edge import Edge
from beaconfire_platform.web.gate import Gate

SERVICE = "geo"


@asynccontextmanager
async def geo_over(dsn: str, log_dsn: str, public_key: str) -> AsyncGenerator[Service]:
    """Geo as a node has it, over one database; nobody else is there."""
    bell = Doorbell()
    database = await Database.connect(SERVICE, dsn, bell=bell)
    pool = await asyncpg.create_pool(log_dsn, min_size=1, max_size=2)
    http = httpx.AsyncClient(base_url="http://127.0.0.1:9", timeout=1, trust_env=False)
    verifier = Verifier(public_key)
    ground = Ground(
        database=database, log=PostgresLog(pool, bell), clock=RunningClock(), verifier=verifier,
        edge=Edge(database, verifier), http=http, positions=LocalPositionStream(), instance="bench",
    )  # fmt: skip
    service = await build_apart(ground, os.environ)
    try:
        yield service
    finally:
        if service.close is not None:
            await service.close()
        await http.aclose()
        pool.terminate()
        await database.close()


async def serve(port: int, dsn: str, log_dsn: str, public_key: str) -> None:
    """Until terminated."""
    async with geo_over(dsn, log_dsn, public_key) as service:
        running = Running()
        for one in service.consumers:
            running.start(one.name, one.run)
        for number, loop in enumerate(service.loops):
            running.start(f"loop{number}", loop)
        config = uvicorn.Config(
            Gate(application([service], [])), port=port, http="httptools", lifespan="off",
            log_level="error", access_log=False, server_header=False,
        )  # fmt: skip
        try:
            await uvicorn.Server(config).serve()
        finally:
            await running.stop()


if __name__ == "__main__":
    configure_logging(level="warning")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(int(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4]).read_text()))
