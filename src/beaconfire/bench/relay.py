"""Section `relay`: publishing the table against a bare producer that sends the same records."""

import asyncio
import time
from typing import Any, Final

from beaconfire.bench.brokers import a_topic, bare_producer
from beaconfire.bench.database import SERVICE
from beaconfire.bench.measure import in_turn, percentile
from beaconfire.bench.report import Comparison
from beaconfire.bench.told import FACTS, table_of_facts, tell
from beaconfire_platform.database import Database
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.record import record_headers
from beaconfire_platform.log.kafka.relay import BATCH_FACTS_MAX, Relay

GATE: Final = 0.5
GATE_P99: Final = 2.5
EVERY_S: Final = 0.01
"""A hundred commits a second."""
COMMITS: Final = 300
WARM: Final = 30
_ROWS: Final = "select * from log.read(0, 0, $1, $2)"

Record = tuple[bytes, bytes, list[tuple[str, bytes]]]


async def measure(dsn: str, bootstrap: str, *, n: int = FACTS) -> list[Comparison]:
    """Facts a second, and how long after its commit a fact is acknowledged."""
    async with table_of_facts(dsn, n) as database:
        records = [
            (row["data"].encode(), row["key"].encode(), record_headers(row))
            for row in await database.pool.fetch(_ROWS, [SERVICE], BATCH_FACTS_MAX)
        ]

        async def bare() -> float:
            return await _bare_per_s(bootstrap, records, n)

        async def ours() -> float:
            return await _our_per_s(database, bootstrap, n)

        limits, figures = await in_turn(bare, ours)
        throughput = Comparison("relay", "facts/s", limits, figures, GATE, more_is_better=True, n=n)

        async def bare_late() -> float:
            return await _bare_p99_ms(bootstrap, records)

        async def our_late() -> float:
            return await _our_p99_ms(database, bootstrap)

        limits, figures = await in_turn(bare_late, our_late)
    late = Comparison(
        "relay", "ms p99 to ack", limits, figures, GATE_P99, more_is_better=False, n=COMMITS
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


async def _bare_p99_ms(bootstrap: str, records: list[Record]) -> float:
    """From sending one record to its acknowledgement, a hundred a second."""
    delays: list[float] = []
    async with a_topic(bootstrap) as settings, bare_producer(settings) as producer:

        async def send(record: Record) -> None:
            value, key, headers = record
            began = time.perf_counter()
            await producer.send_and_wait(settings.topic(SERVICE), value, key, headers=headers)
            delays.append((time.perf_counter() - began) * 1e3)

        async with asyncio.TaskGroup() as group:
            for number in range(COMMITS + WARM):
                group.create_task(send(records[number % len(records)]))
                await asyncio.sleep(EVERY_S)
    return percentile(delays[WARM:], 0.99)


async def _our_p99_ms(database: Database, bootstrap: str) -> float:
    """From the end of a commit to the acknowledgement of its fact, a hundred a second."""
    delays: list[float] = []
    async with a_topic(bootstrap) as settings:
        relay = Relay(database, settings, new_id(), Presence(settings))
        running = asyncio.create_task(relay.run())
        await _caught_up(database, relay)

        async def commit() -> None:
            await tell(database, [new_id()])
            committed, wanted = time.perf_counter(), await _newest(database)
            while relay.health.at.row < wanted:  # noqa: ASYNC110  (a relay has no event)
                await asyncio.sleep(0.0005)
            delays.append((time.perf_counter() - committed) * 1e3)

        async with asyncio.TaskGroup() as group:
            for _ in range(COMMITS + WARM):
                group.create_task(commit())
                await asyncio.sleep(EVERY_S)
        await _end(running)
    return percentile(delays[WARM:], 0.99)


async def _caught_up(database: Database, relay: Relay) -> None:
    newest = await _newest(database)
    while relay.health.at.row < newest:  # noqa: ASYNC110  (a relay has no event)
        await asyncio.sleep(0.01)


async def _newest(database: Database) -> int:
    return int(await database.pool.fetchval("select coalesce(max(row), 0) from log.fact"))


async def _end(running: "asyncio.Task[Any]") -> None:
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
