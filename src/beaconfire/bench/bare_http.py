"""The limit of `http`: FastAPI and pydantic with the same transaction and nothing around it."""

import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import asyncpg
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from beaconfire.bench.bare_commands import SESSION, command
from beaconfire_platform.database import POOL_CONNECTIONS_MAX


class Note(BaseModel):
    """What is sent."""

    id: str
    text: str


class Done(BaseModel):
    """What is answered."""

    version: int


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

    @app.post("/v1/bench", status_code=201)
    async def post_note(note: Note) -> Done:
        async with app.state.pool.acquire() as connection:
            await command(connection, note.id, hash(note.id) % 2**62)
        return Done(version=1)

    return app


if __name__ == "__main__":
    uvicorn.run(
        bare_app(sys.argv[2]), port=int(sys.argv[1]), http="httptools", loop="uvloop",
        log_level="error", access_log=False,
    )  # fmt: skip
