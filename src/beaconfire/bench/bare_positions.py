"""The limit of `positions`: FastAPI and pydantic, and each batch copied into a table by asyncpg."""

import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import asyncpg
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from beaconfire_platform.database import POOL_CONNECTIONS_MAX

SESSION: Final = {"search_path": "geo, pg_catalog", "timezone": "UTC", "synchronous_commit": "off"}
COLUMNS: Final = (
    "unit_id", "observed_at", "received_at", "lon", "lat", "accuracy_m", "heading_deg", "speed_mps",
)  # fmt: skip


class FixIn(BaseModel):
    """A fix as sent."""

    unit_id: UUID
    lon: float
    lat: float
    observed_at: datetime
    accuracy_m: float | None = None
    heading_deg: float | None = None
    speed_mps: float | None = None


class BatchIn(BaseModel):
    """A batch as sent."""

    fixes: list[FixIn]


def bare_app(dsn: str) -> FastAPI:
    """One route, one pool."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        size = POOL_CONNECTIONS_MAX
        app.state.pool = await asyncpg.create_pool(
            dsn, min_size=size, max_size=size, server_settings=SESSION
        )
        yield
        app.state.pool.terminate()

    app = FastAPI(lifespan=lifespan)

    @app.post("/v1/positions", status_code=202)
    async def post_positions(batch: BatchIn) -> dict[str, int]:
        now = datetime.now(UTC)
        rows = [
            (one.unit_id, one.observed_at, now, one.lon, one.lat, one.accuracy_m, one.heading_deg,
             one.speed_mps)
            for one in batch.fixes
        ]  # fmt: skip
        async with app.state.pool.acquire() as connection:
            await connection.copy_records_to_table(
                "position_history", records=rows, columns=COLUMNS
            )
        return {"received": len(rows)}

    return app


if __name__ == "__main__":
    uvicorn.run(
        bare_app(sys.argv[2]), port=int(sys.argv[1]), http="httptools", loop="uvloop",
        log_level="error", access_log=False,
    )  # fmt: skip
