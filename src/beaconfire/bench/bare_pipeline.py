"""The limit of `end_to_end`: a POST inserts and rings; a reader sends it on by websocket."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg
import uvicorn
from fastapi import FastAPI, WebSocket
from pydantic import BaseModel

from beaconfire.bench.bare_commands import SESSION

AFTER: Final = "select at, id, text from bench_told where at > $1 order by at"
INSERT: Final = "insert into bench_told (id, text) values ($1, $2)"
CONNECTIONS: Final = 4


class Told(BaseModel):
    """What is sent."""

    id: str
    text: str


class Pipeline:
    """A table, a doorbell, whoever listens."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """The table is there."""
        self.pool = pool
        self.bell = asyncio.Event()
        self.listeners: set[WebSocket] = set()

    async def insert(self, told: Told) -> None:
        """One row, committed; then the bell."""
        await self.pool.execute(INSERT, told.id, told.text)
        self.bell.set()

    async def relay_forever(self) -> None:
        """What is new goes to everybody, once; a number that is committed later is waited for."""
        last, ahead = 0, set[int]()
        while True:
            await self.bell.wait()
            self.bell.clear()
            for row in await self.pool.fetch(AFTER, last):
                if row["at"] in ahead:
                    continue
                ahead.add(row["at"])
                for one in tuple(self.listeners):
                    await one.send_json({"id": str(row["id"]), "text": row["text"]})
            while last + 1 in ahead:
                last += 1
                ahead.remove(last)


def pipeline_app(dsn: str, kind: type[Pipeline] = Pipeline) -> FastAPI:
    """The whole of it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        app.state.pipeline = kind(
            await asyncpg.create_pool(
                dsn, min_size=CONNECTIONS, max_size=CONNECTIONS, server_settings=SESSION
            )
        )
        relaying = asyncio.create_task(app.state.pipeline.relay_forever())
        yield
        relaying.cancel()
        app.state.pipeline.pool.terminate()

    app = FastAPI(lifespan=lifespan)

    @app.post("/v1/bench", status_code=201)
    async def post_told(told: Told) -> Told:
        await app.state.pipeline.insert(told)
        return told

    @app.websocket("/feed")
    async def feed(socket: WebSocket) -> None:
        await socket.accept()
        app.state.pipeline.listeners.add(socket)
        async for _ in socket.iter_text():
            pass
        app.state.pipeline.listeners.discard(socket)

    return app


def serve(port: int, dsn: str, kind: type[Pipeline] = Pipeline) -> None:
    """Until it is ended."""
    uvicorn.run(
        pipeline_app(dsn, kind), port=port, http="httptools", loop="uvloop",
        ws="websockets-sansio", log_level="error", access_log=False,
    )  # fmt: skip


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
