"""What a person asks stands in the service's books beside who asked and why, or nowhere."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from beaconfire.commands.log_ask import (
    SEEN,
    SKIP,
    UNPARK,
    actor_here,
    ask_skip,
    ask_unpark,
    see_quarantined,
)
from beaconfire_contracts.envelope import Envelope, LogPosition
from beaconfire_platform.log.port import Garbled
from beaconfire_platform.log.quarantine import set_aside
from beaconfire_testkit.log_harness import WRITER, LogHarness

STREAM = (WRITER, "bad")


@pytest.fixture
async def table(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


def poison(_told: Envelope[Any]) -> None:
    raise RuntimeError("planted")


async def reasons(table: LogHarness) -> list[str]:
    """What the audit says of why, oldest first."""
    rows = await table.reader.pool.fetch("select reason from audit order by id")
    return [row["reason"] for row in rows]


async def test_a_key_that_is_parked_is_asked_for_with_the_reason(table: LogHarness) -> None:
    await table.tell("bad")
    await table.drain(table.consumer("one", before_effect=poison))
    number = await ask_unpark(table.reader, "one", STREAM, "mended")

    [row] = await table.reader.pool.fetch("select * from unparking")
    assert row["id"] == number
    assert (row["actor"], row["reason"], row["skip_fact"]) == (actor_here(), "mended", None)
    assert await table.audited() == [(actor_here(), UNPARK, "geo/bad")]
    assert await reasons(table) == ["mended"]


async def test_a_skip_is_done_by_the_consumer_and_audited_twice(table: LogHarness) -> None:
    await table.tell("bad")
    consumer = table.consumer("one", before_effect=poison)
    await table.drain(consumer)
    number = await ask_skip(table.reader, "one", STREAM, "told twice")
    parked_still = await table.parked("one")
    await table.drain(table.consumer("one", before_effect=poison))

    assert number is not None
    assert len(parked_still) == 1
    assert await table.parked("one") == []
    assert await table.audited() == [
        (actor_here(), SKIP, "geo/bad"),
        (actor_here(), "log.skipped", "one/geo/bad/1"),
    ]
    assert await reasons(table) == ["told twice", "told twice"]


async def test_what_nobody_parked_leaves_no_trace(table: LogHarness) -> None:
    asked = [
        await ask_unpark(table.reader, "one", STREAM, "mended"),
        await ask_skip(table.reader, "one", STREAM, "junk"),
        await see_quarantined(table.reader, "one", "looked"),
    ]

    assert asked == [None, None, None]
    assert await table.audited() == []


async def test_what_was_set_aside_is_marked_as_seen(table: LogHarness) -> None:
    async with table.reader.pool.acquire() as connection:
        await set_aside(connection, "one", "t/0", Garbled(LogPosition(1, 0, 7), "no id"))
    marked = await see_quarantined(table.reader, "one", "a test of theirs")

    assert marked == 1
    assert await table.audited() == [(actor_here(), SEEN, "one")]
    assert await reasons(table) == ["a test of theirs"]
