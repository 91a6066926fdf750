"""Our side of `http`: incident's own route for notes behind gate and edge, served like the node."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
import uvloop
from fastapi import FastAPI
from starlette.types import ASGIApp

from beaconfire.bench.command_edge import bench_routes
from beaconfire.bench.database import SERVICE
from beaconfire_incident.entrypoints.record_api import record_routes
from beaconfire_incident.main import desk_over
from beaconfire_platform.access.tokens import Verifier
from beaconfire_platform.clock import RunningClock
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.telemetry import configure_logging
from beaconfire_platform.web import problems
from beaconfire_platform.web.edge import Edge
from beaconfire_platform.web.gate import Gate
from beaconfire_platform.web.joined import joined


def our_app(database: Database, public_key: str) -> ASGIApp:
    """The route with all that stands around every route of ours."""
    edge = Edge(database, Verifier(public_key))
    records = record_routes(edge, desk_over(database), RunningClock())
    routes = joined(bench_routes(edge), records).routes
    app = FastAPI(docs_url=None, redoc_url=None, routes=routes)
    problems.install(app)
    return Gate(app)


@asynccontextmanager
async def connected(dsn: str) -> AsyncGenerator[Database]:
    """The bench's database as a service has it."""
    database = await Database.connect(SERVICE, dsn, bell=Doorbell())
    try:
        yield database
    finally:
        await database.close()


async def serve(port: int, dsn: str, public_key: str) -> None:
    """Until terminated."""
    async with connected(dsn) as database:
        config = uvicorn.Config(
            our_app(database, public_key), port=port, http="httptools", lifespan="off",
            log_level="error", access_log=False, server_header=False,
        )  # fmt: skip
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    configure_logging(level="info")  # as the node's
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]).read_text()))
