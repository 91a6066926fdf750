"""The limit of `http`: FastAPI and pydantic with the same transaction and nothing around it."""

import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import asyncpg
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from beaconfire.bench.bare_commands import SESSION, note
from beaconfire_platform.database import POOL_CONNECTIONS_MAX


class NoteIn(BaseModel):
    """What is sent."""

    text: str


class NoteOut(BaseModel):
    """What is answered."""

    incident_id: str
    number: int
    status: str
    version: int
    note_id: str


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

    @app.post("/v1/incidents/{incident_id}/notes", status_code=201)
    async def post_note(incident_id: str, body: NoteIn) -> NoteOut:
        async with app.state.pool.acquire() as connection:
            written = await note(connection, incident_id, body.text, hash(incident_id) % 2**62)
        return NoteOut.model_validate_json(written)

    return app


if __name__ == "__main__":
    uvicorn.run(
        bare_app(sys.argv[2]), port=int(sys.argv[1]), http="httptools", loop="uvloop",
        log_level="error", access_log=False,
    )  # fmt: skip
