"""What failed is said in the log with why, if that is in our words; nobody's name gets there."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
from typing import Any, Protocol

import asyncpg
import pytest
from structlog.testing import capture_logs

from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.kafka.log import KafkaLog
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.listener import Listener
from beaconfire_platform.log.port import FactLog
from beaconfire_testkit.log_harness import WRITER, LogHarness

SOMEBODY = "Zhang San"


class Runs(Protocol):
    """A consumer or a listener."""

    async def run(self) -> None: ...


@pytest.fixture
async def harness(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


@pytest.fixture
async def refusal(harness: LogHarness) -> asyncpg.PostgresError:
    """PostgreSQL's own words for what somebody told."""
    with pytest.raises(asyncpg.InvalidTextRepresentationError, match=SOMEBODY) as met:
        await harness.reader.pool.fetchval("select $1::text::integer", SOMEBODY)
    return met.value


def nowhere(harness: LogHarness) -> FactLog:
    settings = KafkaSettings("127.0.0.1:1")
    return KafkaLog(settings, harness.reader, "one", Presence(settings))


def consumer(harness: LogHarness, log: FactLog, fails: Callable[[], None]) -> Consumer:
    return Consumer(
        "reader", log=log, database=harness.reader, sources=frozenset({WRITER}), reactions={},
        after_batch=fails,
    )  # fmt: skip


def listener(_harness: LogHarness, log: FactLog, fails: Callable[[], None]) -> Listener:
    return Listener(
        "memory", log=log, sources=frozenset({WRITER}), hears={LayerReleased: lambda _: fails()},
        since=timedelta(minutes=1),
    )  # fmt: skip


LINES = {"consumer_failed": consumer, "listener_failed": listener}


async def first_line(one: Runs, event: str) -> dict[str, Any]:
    """The first line of this name while it runs."""
    with capture_logs() as said:
        run = asyncio.create_task(one.run())
        async with asyncio.timeout(30):
            while not (found := [each for each in said if each["event"] == event]):  # noqa: ASYNC110  (lines tell nobody)
                await asyncio.sleep(0.02)
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
    return dict(found[0])


@pytest.mark.parametrize("event", LINES)
async def test_a_log_that_is_away_is_said_to_be_with_what_may_be_wrong(
    harness: LogHarness, event: str
) -> None:
    line = await first_line(LINES[event](harness, nowhere(harness), lambda: None), event)

    assert line["error"] == "LogAway"
    assert line["why"].startswith("Kafka at 127.0.0.1:1 lets nobody in")


@pytest.mark.parametrize("event", LINES)
async def test_of_what_postgresql_refused_the_code_is_said_and_nobodys_name(
    harness: LogHarness, refusal: asyncpg.PostgresError, event: str
) -> None:
    def fails() -> None:
        raise refusal

    await harness.tell("a")
    line = await first_line(LINES[event](harness, harness.log, fails), event)

    assert (line["error"], line["code"]) == ("InvalidTextRepresentationError", "22P02")
    assert "why" not in line
    assert SOMEBODY not in str(line)
