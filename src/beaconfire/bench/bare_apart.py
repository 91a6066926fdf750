"""The limit of `end_to_end_apart`: a POST inserts, a loop publishes, another process tells it on.

`python -m beaconfire.bench.bare_apart PORT DSN BOOTSTRAP TOPIC`; the reader is a process that the
writer starts, on the next port.
"""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg
import uvicorn
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import TopicPartition
from fastapi import FastAPI, WebSocket
from pydantic import BaseModel

from beaconfire.bench.bare_commands import SESSION
from beaconfire_contracts.topics import PARTITIONS

AFTER: Final = "select at, id, text from bench_told where at > $1 order by at"
INSERT: Final = "insert into bench_told (id, text) values ($1, $2)"
CONNECTIONS: Final = 4
READER: Final = "reader"


class Told(BaseModel):
    """What is sent."""

    id: str
    text: str


def writer_app(dsn: str, bootstrap: str, topic: str) -> FastAPI:
    """Takes reports in, and publishes what is above the last id."""
    bell = asyncio.Event()

    async def publish_forever(pool: asyncpg.Pool, producer: AIOKafkaProducer) -> None:
        last = int(await pool.fetchval("select coalesce(max(at), 0) from bench_told"))
        while True:
            await bell.wait()
            bell.clear()
            for row in await pool.fetch(AFTER, last):
                value = json.dumps({"id": str(row["id"]), "text": row["text"]}).encode()
                await producer.send(topic, value, str(row["id"]).encode())
                last = max(last, row["at"])

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        app.state.pool = await asyncpg.create_pool(
            dsn, min_size=CONNECTIONS, max_size=CONNECTIONS, server_settings=SESSION
        )
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
        await app.state.pool.execute(INSERT, told.id, told.text)
        bell.set()
        return told

    return app


async def tell_forever(consumer: AIOKafkaConsumer, listeners: set[WebSocket]) -> None:
    """Tell every listener what comes."""
    while True:
        found: dict[Any, Any] = await consumer.getmany(timeout_ms=1_000)
        for record in (one for records in found.values() for one in records):
            for listener in tuple(listeners):
                await listener.send_text(record.value.decode())


def reader_app(bootstrap: str, topic: str) -> FastAPI:
    """Tells everybody what comes on the topic."""
    listeners: set[WebSocket] = set()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap, group_id=None, enable_auto_commit=False,
            auto_offset_reset="latest",
        )  # fmt: skip
        await consumer.start()
        consumer.assign([TopicPartition(topic, number) for number in range(PARTITIONS)])
        telling = asyncio.create_task(tell_forever(consumer, listeners))
        yield
        telling.cancel()
        await consumer.stop()

    app = FastAPI(lifespan=lifespan)

    @app.websocket("/feed")
    async def feed(socket: WebSocket) -> None:
        await socket.accept()
        listeners.add(socket)
        async for _ in socket.iter_text():
            pass
        listeners.discard(socket)

    return app


def main(words: list[str]) -> None:
    """One of the two."""
    port, *more = words
    app = reader_app(*more[1:]) if more[0] == READER else writer_app(*more)
    uvicorn.run(
        app, port=int(port), http="httptools", loop="uvloop", ws="websockets-sansio",
        log_level="error", access_log=False,
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
