"""Positions travel between processes on a topic of their own; what is none of them stops nobody."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiokafka import AIOKafkaProducer
from structlog.testing import capture_logs

from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.log.kafka.positions import NO_FIXES, TOO_LATE, KafkaPositionStream
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.topics import POSITIONS
from beaconfire_platform.log.kafka.unpacking import TOO_LARGE, UNPACKED_BYTES_MAX
from beaconfire_platform.positions import Fix, PositionReader
from beaconfire_platform.telemetry import POSITIONS_GARBLED
from beaconfire_testkit.kafka_fixtures import topic_alone

GARBAGE = (b"\xff", b'["\xff"]', b"[" * 200_000, b"{}", b'[{"unit_id": 1}]', b"")
NOWHERE = (
    b'[{"unit_id":"u1","lon":900,"lat":1,"observed_at":"2026-11-30T00:00:00Z"}]',
    b'[{"unit_id":"u1","lon":1,"lat":1e300,"observed_at":"2026-11-30T00:00:00Z"}]',
    b'[{"unit_id":"u1","lon":1,"lat":1,"observed_at":"2026-11-30T00:00:00"}]',
)
LATE = b'[{"unit_id":"u1","lon":1,"lat":1,"observed_at":"9999-12-31T23:59:59Z"}]'


@pytest.fixture
async def settings(kafka: str) -> AsyncGenerator[KafkaSettings]:
    """A topic of positions of this test's own."""
    async with topic_alone(kafka, POSITIONS) as made:
        yield made


@asynccontextmanager
async def running(settings: KafkaSettings) -> AsyncGenerator[KafkaPositionStream]:
    """A stream as a process of its own has it."""
    stream = KafkaPositionStream(settings, Presence(settings))
    loops = [asyncio.create_task(one()) for one in (stream.send_forever, stream.hear_forever)]
    try:
        yield stream
        assert not any(one.done() for one in loops)
    finally:
        for one in loops:
            one.cancel()
        await asyncio.gather(*loops, return_exceptions=True)


def a_fix(unit: str) -> Fix:
    return Fix(unit, 174.76, -36.85, datetime.now(UTC))


async def heard(reader: PositionReader, publish: Callable[[], None], units: set[str]) -> None:
    """Publish now and then, as units do, until all of these were heard."""
    left = set(units)
    async with asyncio.timeout(30):
        while left:
            publish()
            try:
                async with asyncio.timeout(0.2):
                    left -= {fix.unit_id for fix in await reader.take()}
            except TimeoutError:
                continue


async def test_what_one_process_publishes_another_hears_whatever_else_lies_on_the_topic(
    settings: KafkaSettings,
) -> None:
    units = {f"u{number}" for number in range(30)}
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(running(settings))
        there = await stack.enter_async_context(running(settings))
        producer = await stack.enter_async_context(AIOKafkaProducer(**settings.client("test")))
        reader = there.reader()
        await heard(reader, lambda: here.publish(map(a_fix, units)), units)

        counted = garbled()
        places: set[tuple[str, int]] = set()
        with capture_logs() as said:
            for garbage in (*GARBAGE, *NOWHERE, LATE):
                for partition in range(PARTITIONS):
                    sent = await producer.send_and_wait(
                        settings.topic("position"), garbage, b"0", partition=partition
                    )
                    places.add((f"{sent.topic}/{partition}", sent.offset))
            await heard(reader, lambda: here.publish(map(a_fix, units)), units)
            async with asyncio.timeout(30):
                while garbled() < counted + len(places):  # noqa: ASYNC110  (a counter tells nobody)
                    await asyncio.sleep(0.01)

        lines = [one for one in said if one["event"] == "positions_garbled"]
        assert sum(one["records"] for one in lines) == len(places)
        assert {(one["shard"], one["offset"]) for one in lines} <= places
        assert {one["reason"] for one in lines} == {NO_FIXES, TOO_LATE}


def garbled() -> float:
    """How many are counted, for whatever reason."""
    return sum(
        one.value
        for family in POSITIONS_GARBLED.collect() for one in family.samples
        if one.name.endswith("_total")
    )  # fmt: skip


async def test_a_batch_of_positions_that_cannot_be_read_is_told_by_where_it_lies(
    settings: KafkaSettings,
) -> None:
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(running(settings))
        reader = here.reader()
        await heard(reader, lambda: here.publish([a_fix("u")]), {"u"})
        with capture_logs() as said:
            async with AIOKafkaProducer(
                **settings.client("test"), compression_type="zstd", max_request_size=2**26
            ) as producer:
                sent = await producer.send_and_wait(
                    settings.topic("position"), bytes(2 * UNPACKED_BYTES_MAX), b"0", partition=0
                )
            async with asyncio.timeout(30):
                while not said:  # noqa: ASYNC110  (a log tells nobody)
                    await asyncio.sleep(0.01)

        [line] = said
        assert (line["event"], line["reason"]) == ("positions_garbled", TOO_LARGE)
        assert (line["shard"], line["offset"]) == (f"{sent.topic}/0", sent.offset)


async def test_where_nobody_reads_no_broker_is_asked() -> None:
    came = asyncio.Event()

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.set()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    settings = KafkaSettings(f"{host}:{port}")
    stream = KafkaPositionStream(settings, Presence(settings))
    hearing = asyncio.create_task(stream.hear_forever())
    try:
        await asyncio.sleep(0.3)
        assert not came.is_set()

        stream.reader()

        async with asyncio.timeout(30):
            await came.wait()
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
        server.close()
