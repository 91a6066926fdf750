"""Section `relay`: publishing the table against a bare producer that sends the same records."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiokafka import AIOKafkaProducer

from beaconfire.bench.brokers import a_topic, bare_producer
from beaconfire.bench.database import SERVICE
from beaconfire.bench.measure import in_turn, percentile
from beaconfire.bench.report import Comparison
from beaconfire.bench.told import FACTS, table_of_facts, tell
from beaconfire_platform.database import Database
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.publisher import BATCH_ROWS_MAX
from beaconfire_platform.log.kafka.record import record_headers
from beaconfire_platform.log.kafka.relay import Relay

GATE: Final = 0.5
GATE_P99: Final = 2.5
EVERY_S: Final = 0.01
"""A hundred commits a second."""
COMMITS: Final = 300
WARM: Final = 30
LOOK_S: Final = 0.0005
AFTER: Final = "select at, text from bench_told where at > $1 order by at"
INSERT: Final = "insert into bench_told (id, text) values ($1, $2) returning at"
ROW_OF: Final = "select row from log.fact where source = $1 and key = $2"
_ROWS: Final = "select * from log.read(0, 0, $1, $2)"

Record = tuple[bytes, bytes, list[tuple[str, bytes]]]


async def measure(dsn: str, bootstrap: str, *, n: int = FACTS) -> list[Comparison]:
    """Facts a second, and how long after its commit a fact is acknowledged."""
    async with table_of_facts(dsn, n) as database:
        records = [
            (row["data"].encode(), row["key"].encode(), record_headers(row))
            for row in await database.pool.fetch(_ROWS, [SERVICE], BATCH_ROWS_MAX)
        ]

        async def bare() -> float:
            return await _bare_per_s(bootstrap, records, n)

        async def ours() -> float:
            return await _our_per_s(database, bootstrap, n)

        limits, figures = await in_turn(bare, ours)
        throughput = Comparison("relay", "facts/s", limits, figures, GATE, more_is_better=True, n=n)

        async def bare_late() -> float:
            return await _bare_p99_ms(database, bootstrap, records[0])

        async def our_late() -> float:
            return await _our_p99_ms(database, bootstrap)

        limits, figures = await in_turn(bare_late, our_late)
    late = Comparison(
        "relay", "ms p99 commit to ack", limits, figures, GATE_P99, more_is_better=False, n=COMMITS
    )
    return [throughput, late]


async def _bare_per_s(bootstrap: str, records: list[Record], n: int) -> float:
    async with a_topic(bootstrap) as settings, bare_producer(settings) as producer:
        topic = settings.topic(SERVICE)
        began = time.perf_counter()
        for start in range(0, n, len(records)):
            some = records[: n - start]
            sent = [await producer.send(topic, value, key, headers=h) for value, key, h in some]
            await asyncio.gather(*sent)
        return n / (time.perf_counter() - began)


async def _our_per_s(database: Database, bootstrap: str, n: int) -> float:
    async with a_topic(bootstrap) as settings:
        relay = Relay(database, settings, new_id(), Presence(settings))
        running = asyncio.create_task(relay.run())
        while not relay.health.is_active:  # noqa: ASYNC110  (a relay has no event)
            await asyncio.sleep(0.001)
        began = time.perf_counter()
        while relay.health.published < n:  # noqa: ASYNC110  (a relay has no event)
            await asyncio.sleep(0.001)
        taken_s = time.perf_counter() - began
        await _end(running)
        return n / taken_s


class BareOutbox:
    """The shortest way from a commit to a topic: a row, a bell, whatever is above the last id."""

    def __init__(self, database: Database, producer: AIOKafkaProducer, topic: str) -> None:
        """Nothing is inserted yet."""
        self._pool = database.pool
        self._producer = producer
        self._topic = topic
        self._bell = asyncio.Event()
        self.acknowledged = 0

    async def insert(self, record: Record) -> int:
        """One row, committed; its number."""
        number = int(await self._pool.fetchval(INSERT, new_id(), record[0].decode()))
        self._bell.set()
        return number

    async def publish_forever(self, record: Record) -> None:
        """What is new, with the key and the headers of a record."""
        last = int(await self._pool.fetchval("select coalesce(max(at), 0) from bench_told"))
        while True:
            await self._bell.wait()
            self._bell.clear()
            rows = await self._pool.fetch(AFTER, last)
            sent = [
                await self._producer.send(
                    self._topic, row["text"].encode(), record[1], headers=record[2]
                )
                for row in rows
            ]
            await asyncio.gather(*sent)
            last = max([last, *(row["at"] for row in rows)])
            self.acknowledged = last


async def _bare_p99_ms(database: Database, bootstrap: str, record: Record) -> float:
    """From the end of a commit to the acknowledgement of its row, a hundred a second."""
    async with a_topic(bootstrap) as settings, bare_producer(settings) as producer:
        outbox = BareOutbox(database, producer, settings.topic(SERVICE))
        running = asyncio.create_task(outbox.publish_forever(record))

        async def commit() -> tuple[float, int]:
            number = await outbox.insert(record)
            return time.perf_counter(), number

        delays = await _delays_ms(commit, lambda: outbox.acknowledged)
        await _end(running)
    return percentile(delays, 0.99)


async def _our_p99_ms(database: Database, bootstrap: str) -> float:
    """From the end of a commit to the acknowledgement of its fact, a hundred a second."""
    async with a_topic(bootstrap) as settings:
        relay = Relay(database, settings, new_id(), Presence(settings))
        running = asyncio.create_task(relay.run())
        await _caught_up(database, relay)

        async def commit() -> tuple[float, int]:
            key = new_id()
            await tell(database, [key])
            committed = time.perf_counter()
            return committed, int(await database.pool.fetchval(ROW_OF, SERVICE, key))

        delays = await _delays_ms(commit, lambda: relay.health.acknowledged.row)
        await _end(running)
    return percentile(delays, 0.99)


async def _delays_ms(
    commit: Callable[[], Awaitable[tuple[float, int]]], acknowledged: Callable[[], int]
) -> list[float]:
    """How long after its commit each number is acknowledged, a hundred commits a second."""
    delays: list[float] = []

    async def one() -> None:
        committed, number = await commit()
        while acknowledged() < number:  # noqa: ASYNC110  (neither side has an event)
            await asyncio.sleep(LOOK_S)
        delays.append((time.perf_counter() - committed) * 1e3)

    async with asyncio.TaskGroup() as group:
        for _ in range(COMMITS + WARM):
            group.create_task(one())
            await asyncio.sleep(EVERY_S)
    return delays[WARM:]


async def _caught_up(database: Database, relay: Relay) -> None:
    newest = await _newest(database)
    while relay.health.at.row < newest:  # noqa: ASYNC110  (a relay has no event)
        await asyncio.sleep(0.01)


async def _newest(database: Database) -> int:
    return int(await database.pool.fetchval("select coalesce(max(row), 0) from log.fact"))


async def _end(running: "asyncio.Task[Any]") -> None:
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
