"""The limit of `end_to_end_apart`: a POST inserts, a loop publishes, another process tells it on.

`python -m beaconfire.bench.bare_apart PORT writer DSN BOOTSTRAP TOPIC`, and `… PORT reader …`; as
`durable-writer` and `durable-reader` both lose nothing: the transaction of a command, and that of a
picture with its position, as in `bare_durable`.
"""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import uvicorn
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from fastapi import FastAPI, WebSocket

from beaconfire.bench import bare_durable
from beaconfire.bench.bare_commands import SESSION
from beaconfire.bench.bare_durable import Fact, Owed
from beaconfire.bench.bare_pipeline import AFTER, CONNECTIONS, INSERT, Told
from beaconfire.bench.brokers import bare_consumer

WRITER, READER = "writer", "reader"
DURABLE_WRITER, DURABLE_READER = "durable-writer", "durable-reader"


class Rows:
    """What is published: rows above the last id."""

    def __init__(self) -> None:
        """All that come from now on."""
        self._last = 0

    async def insert(self, pool: asyncpg.Pool, told: Told) -> None:
        """One row, committed."""
        await pool.execute(INSERT, told.id, told.text)

    async def new(self, pool: asyncpg.Pool) -> list[tuple[str, str]]:
        """Key and value of each that was not published yet."""
        rows = await pool.fetch(AFTER, self._last)
        if rows:
            self._last = rows[-1]["at"]
        return [
            (str(row["id"]), json.dumps({"id": str(row["id"]), "text": row["text"]}))
            for row in rows
        ]


class DurableRows(Rows):
    """What is published: the facts of commands."""

    def __init__(self) -> None:
        """All that come from now on."""
        self._at = 0, 0

    async def insert(self, pool: asyncpg.Pool, told: Told) -> None:
        """The transaction of a command."""
        await bare_durable.insert(pool, told)

    async def new(self, pool: asyncpg.Pool) -> list[tuple[str, str]]:
        """Key and value of each that was not published yet."""
        found = await bare_durable.facts_after(pool, *self._at)
        if found:
            self._at = found[-1].txid, found[-1].row
        return [(one.id, json.dumps(one._asdict())) for one in found]


def writer_app(rows: Rows, dsn: str, bootstrap: str, topic: str) -> FastAPI:
    """Takes reports in, and publishes what is new."""
    owed = Owed()

    async def publish_forever(pool: asyncpg.Pool, producer: AIOKafkaProducer) -> None:
        while True:
            await owed.wait()
            for key, value in await rows.new(pool):
                owed.see(1)
                await producer.send(topic, value.encode(), key.encode())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        app.state.pool = await _pool(dsn)
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap, enable_idempotence=True, acks="all"
        )
        await producer.start()
        publishing = asyncio.create_task(publish_forever(app.state.pool, producer))
        yield
        publishing.cancel()
        await producer.stop()
        app.state.pool.terminate()

    app = FastAPI(lifespan=lifespan)

    @app.post("/v1/bench", status_code=201)
    async def post_told(told: Told) -> Told:
        await rows.insert(app.state.pool, told)
        owed.write()
        return told

    return app


async def tell_forever(
    consumer: AIOKafkaConsumer, pool: asyncpg.Pool | None, listeners: set[WebSocket]
) -> None:
    """Tell every listener what comes; folded before, where there is a database for it."""
    while True:
        found: dict[Any, Any] = await consumer.getmany(timeout_ms=1_000)
        values = [record.value for records in found.values() for record in records]
        if pool is not None and values:
            await bare_durable.fold(pool, [Fact(**json.loads(one)) for one in values])
        for value in values:
            for listener in tuple(listeners):
                await listener.send_text(value.decode())


def reader_app(dsn: str | None, bootstrap: str, topic: str) -> FastAPI:
    """Tells everybody what comes on the topic."""
    listeners: set[WebSocket] = set()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        pool = None if dsn is None else await _pool(dsn)
        async with bare_consumer(bootstrap, topic) as consumer:
            telling = asyncio.create_task(tell_forever(consumer, pool, listeners))
            yield
            telling.cancel()
        if pool is not None:
            pool.terminate()

    app = FastAPI(lifespan=lifespan)

    @app.websocket("/feed")
    async def feed(socket: WebSocket) -> None:
        await socket.accept()
        listeners.add(socket)
        async for _ in socket.iter_text():
            pass
        listeners.discard(socket)

    return app


async def _pool(dsn: str) -> asyncpg.Pool:
    return await asyncpg.create_pool(
        dsn, min_size=CONNECTIONS, max_size=CONNECTIONS, server_settings=SESSION
    )


def main(words: list[str]) -> None:
    """One of the four."""
    port, kind, dsn, bootstrap, topic = words
    if kind in (READER, DURABLE_READER):
        app = reader_app(dsn if kind == DURABLE_READER else None, bootstrap, topic)
    else:
        rows = DurableRows() if kind == DURABLE_WRITER else Rows()
        app = writer_app(rows, dsn, bootstrap, topic)
    uvicorn.run(
        app, port=int(port), http="httptools", loop="uvloop", ws="websockets-sansio",
        log_level="error", access_log=False,
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
