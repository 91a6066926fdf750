"""Section `consume`: a consumer with an empty effect against a bare client that reads the same."""

import asyncio
import time
from typing import Any, Final

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from beaconfire.bench.brokers import a_topic
from beaconfire.bench.database import SERVICE
from beaconfire.bench.measure import in_turn
from beaconfire.bench.report import Comparison
from beaconfire.bench.told import FACTS, table_of_facts
from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts.incident import IncidentHandled
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.database import Database, Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.kafka.log import KafkaLog
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.relay import Relay
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.port import Share
from beaconfire_platform.log.reaction import Reaction
from beaconfire_platform.process.settled import settled

GATE: Final = 0.3
N: Final = 2 * FACTS
BATCH: Final = 1_000
"""Facts in one transaction, on both sides in one call: an empty effect holds nobody up."""
WAIT_S: Final = 0.2
ROUNDS: Final = 9
"""Each is over in two seconds, and the bare side differs by a third from one to the next."""


async def measure(dsn: str, bootstrap: str, *, n: int = N) -> list[Comparison]:
    """Facts a second: read, decoded, in order by version, position moved with the effect."""
    async with table_of_facts(dsn, n) as database, a_topic(bootstrap) as settings:
        await _publish(database, settings, n)

        async def bare() -> float:
            return await _bare_per_s(settings, n)

        async def ours() -> float:
            return await _our_per_s(database, settings, n)

        limits, figures = await in_turn(bare, ours, ROUNDS)
    return [Comparison("consume", "facts/s", limits, figures, GATE, more_is_better=True, n=n)]


async def _publish(database: Database, settings: KafkaSettings, n: int) -> None:
    relay = Relay(database, settings, new_id(), Presence(settings))
    running = asyncio.create_task(relay.run())
    while relay.health.published < n:  # noqa: ASYNC110  (a relay has no event)
        await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def _bare_per_s(settings: KafkaSettings, n: int) -> float:
    """From nothing: connected, at the beginning, everything read."""
    client: dict[str, Any] = settings.client("bench")
    consumer = AIOKafkaConsumer(
        **client, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    began, met = time.perf_counter(), 0
    await consumer.start()
    try:
        consumer.assign([TopicPartition(settings.topic(SERVICE), one) for one in range(PARTITIONS)])
        while met < n:
            found = await consumer.getmany(timeout_ms=int(WAIT_S * 1_000), max_records=BATCH)
            met += sum(len(records) for records in found.values())
        return n / (time.perf_counter() - began)
    finally:
        await consumer.stop()


async def _our_per_s(database: Database, settings: KafkaSettings, n: int) -> float:
    """A consumer of a new name, from nothing as well; its process is as a service's."""

    async def nothing(_told: Envelope[Any], _tx: Tx) -> None:
        """An empty effect."""

    log = KafkaLog(settings, database, new_id(), Presence(settings))
    consumer = Consumer(
        f"bench-{new_id()}",
        log=log,
        database=database,
        sources=frozenset({SERVICE}),
        reactions={IncidentHandled: Reaction(nothing)},
        batch=BATCH,
        gather_s=0,
        share=Share.EVERYBODY,
    )
    async with settled(database.bell.turns):
        began = time.perf_counter()
        running = asyncio.create_task(consumer.run())
        while consumer.health.applied < n:  # noqa: ASYNC110  (a consumer has no event)
            await asyncio.sleep(0.001)
        taken_s = time.perf_counter() - began
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return n / taken_s
