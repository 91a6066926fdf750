"""Section `end_to_end_apart`: POST to feed, and POST to topic, where services run apart, against
bare ones.

The way to the topic ends when a reader of its own has the record: the command and its commit, the
relay, the broker's acknowledgement and the fetch are all within. The deployment is given: whoever
runs the bench names its gateway and a dispatcher's token (deploy/run_bench.py starts one).
"""

import asyncio
import os
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from aiokafka import AIOKafkaConsumer

from beaconfire.bench.bare_apart import DURABLE_READER, DURABLE_WRITER, READER, WRITER
from beaconfire.bench.brokers import a_topic, bare_consumer
from beaconfire.bench.database import SERVICE
from beaconfire.bench.end_to_end import SETTLE_S, Ears, Way, bare_way, compare, our_way
from beaconfire.bench.measure import ROUNDS
from beaconfire.bench.report import Comparison
from beaconfire.bench.servers import serving
from beaconfire_platform.log.kafka.settings import KafkaSettings

SECTION: Final = "end_to_end_apart"
N: Final = 500
PORT: Final = "BEACONFIRE_BENCH_APART_PORT"
TOKEN: Final = "BEACONFIRE_BENCH_APART_TOKEN"  # noqa: S105  (a variable's name)


def given() -> tuple[int, str] | None:
    """The gateway's port and a token; None where nobody named a deployment."""
    port, token = os.environ.get(PORT), os.environ.get(TOKEN)
    return None if not port or not token else (int(port), token)


@dataclass(frozen=True, slots=True)
class WayToTopic(Way):
    """One side whose facts travel on a topic, each under the id of what it is of."""

    bootstrap: str = ""
    topic: str = ""

    @asynccontextmanager
    async def ears(self) -> AsyncGenerator[Ears]:
        """Who reads the topic from its end on, until the end of the block."""
        async with bare_consumer(self.bootstrap, self.topic) as consumer:
            ears = Ears(self.heard_id)
            listening = asyncio.create_task(_listen(consumer, ears))
            await asyncio.sleep(SETTLE_S)
            yield ears
            listening.cancel()


def to_topic(way: Way, bootstrap: str, topic: str) -> WayToTopic:
    """The same reports, heard on the topic instead."""
    told = {one.name: getattr(way, one.name) for one in fields(Way)}
    return WayToTopic(**told, bootstrap=bootstrap, topic=topic)


async def _listen(consumer: AIOKafkaConsumer, ears: Ears) -> None:
    while True:
        found: dict[Any, Any] = await consumer.getmany(timeout_ms=1_000)
        now = time.perf_counter()
        for records in found.values():
            for record in records:
                ears.heard.setdefault(record.key.decode(), now)


async def measure(dsn: str, bootstrap: str, at: tuple[int, str], *, n: int = N) -> list[Comparison]:
    """The percentiles of each round: ours beside both limits, to the topic and to the feed."""
    ours = our_way(*at)
    async with (
        bare_apart_way(dsn, bootstrap, WRITER, READER) as (bare, bare_topic),
        bare_apart_way(dsn, bootstrap, DURABLE_WRITER, DURABLE_READER) as (durable, durable_topic),
    ):
        to_feed = await compare(SECTION, bare, durable, ours, n)
        published = await compare(
            SECTION,
            to_topic(bare, bootstrap, bare_topic),
            to_topic(durable, bootstrap, durable_topic),
            to_topic(ours, bootstrap, KafkaSettings(bootstrap).topic("incident")),
            n,
            rounds=ROUNDS,
        )
    return [*to_feed, *(replace(one, unit=f"{one.unit}, to the topic") for one in published)]


@asynccontextmanager
async def bare_apart_way(
    dsn: str, bootstrap: str, writer: str, reader: str
) -> AsyncGenerator[tuple[Way, str]]:
    """Two bare processes with a topic of their own between them, which is named as well."""
    module = "beaconfire.bench.bare_apart"
    async with a_topic(bootstrap) as settings:
        topic = settings.topic(SERVICE)
        async with (
            serving(module, reader, dsn, bootstrap, topic) as feed,
            serving(module, writer, dsn, bootstrap, topic) as post,
        ):
            yield replace(bare_way(post), feed_port=feed), topic
