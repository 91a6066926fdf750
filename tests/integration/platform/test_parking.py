"""Parked keys: what waits, who asked for it again, what came of it."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from beaconfire_contracts.envelope import Cause, Envelope, LogPosition
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.parking import (
    NOT_FIRST,
    SKIPPED,
    TAKEN,
    Parking,
    Waits,
    parked_keys,
)
from beaconfire_platform.log.port import Unreadable, Why
from beaconfire_testkit.log_harness import LogHarness

CAUSE = Cause(actor="test", correlation_id="t")
STREAM = ("geo", "i1")


@pytest.fixture
async def harness(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


def a_fact(version: int) -> Unreadable:
    position = LogPosition(1, 40, version)
    return Unreadable(new_id(), *STREAM[:1], "x.v9", STREAM[1], version, position, Why.MALFORMED)


async def test_what_waits_is_counted_and_comes_in_order(harness: LogHarness) -> None:
    parking = Parking("c")
    async with harness.reader.transaction(cause=CAUSE) as tx:
        for version, why in ((3, "behind it"), (2, "broken")):
            await parking.park(tx.connection, "log", a_fact(version), why, 3)

        counts, streams = await parking.counts(tx.connection, ["log"])
        elsewhere, streams_too = await parking.counts(tx.connection, ["another"])
        waiting = await parking.waiting(tx.connection, STREAM, 10)

    assert (counts, elsewhere) == ({STREAM: Waits(2, "broken")}, {})
    assert streams == streams_too == {STREAM}
    assert [one.version for one in waiting] == [2, 3]
    assert waiting[0].before == LogPosition(1, 40, 1)


async def test_a_request_stays_open_until_it_has_its_outcome(harness: LogHarness) -> None:
    parking, told = Parking("c"), a_fact(1)
    async with harness.reader.transaction(cause=CAUSE) as tx:
        await parking.park(tx.connection, "log", told, "broken", 3)
        await parking.ask(tx.connection, STREAM, "hand:ada", "mended")
        await parking.ask(tx.connection, STREAM, "hand:bob", "mended as well")
        asked = await parking.asked(tx.connection, ["log"])
        [before] = await parked_keys(tx.connection, 10)
        await parking.end(tx.connection, STREAM, "RuntimeError")
        [after] = await parked_keys(tx.connection, 10)
        left = await parking.asked(tx.connection, ["log"])

    assert [(one.stream, one.actor, one.skip_fact) for one in asked] == [(STREAM, "hand:ada", None)]
    assert (before.is_asked, before.outcome, before.error) == (True, None, "broken")
    assert (after.is_asked, after.outcome) == (False, "RuntimeError")
    assert left == []


async def test_a_newer_major_says_which_service_to_upgrade_and_nothing_else_does(
    harness: LogHarness,
) -> None:
    async with harness.reader.transaction(cause=CAUSE) as tx:
        await Parking("c").park(tx.connection, "log", a_fact(1), Why.UNKNOWN_MAJOR, 1)
        await Parking("d").park(tx.connection, "log", a_fact(1), Why.MALFORMED, 1)
        told = await parked_keys(tx.connection, 10)

    assert {(one.consumer, one.error, one.upgrade) for one in told} == {
        ("c", "unknown major version", "c"),
        ("d", "malformed", None),
    }


async def test_what_is_taken_out_waits_no_longer(harness: LogHarness) -> None:
    parking, told = Parking("c"), a_fact(1)
    async with harness.reader.transaction(cause=CAUSE) as tx:
        await parking.park(tx.connection, "log", told, "broken", 3)
        await parking.take_out(tx.connection, told)
        await parking.end(tx.connection, STREAM, TAKEN)

        assert not await parking.has(tx.connection, STREAM)
        assert await parked_keys(tx.connection, 10) == []


async def test_too_many_with_a_parked_key_call_for_a_person(
    harness: LogHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beaconfire_platform.log.health.PARKED_BEHIND_MAX", 2)

    def poison(_told: Envelope[Any]) -> None:
        raise RuntimeError("planted")

    consumer = harness.consumer("full", before_effect=poison)
    for _ in range(2):
        await harness.tell("bad")
    await harness.drain(consumer)
    before = consumer.health.overfull
    await harness.tell("bad")
    await harness.drain(consumer)

    assert (before, consumer.health.overfull) == ([], [("geo", "bad")])


async def test_the_fact_that_somebody_saw_is_skipped_and_no_other(harness: LogHarness) -> None:
    parking, first, second = Parking("c"), a_fact(4), a_fact(5)
    async with harness.reader.transaction(cause=CAUSE) as tx:
        await parking.park(tx.connection, "log", first, "broken", 3)
        await parking.park(tx.connection, "log", second, "behind", 0)
        await parking.ask(tx.connection, STREAM, "hand:ada", "junk", skip_fact=second.id)
        [wrong] = await parking.asked(tx.connection, ["log"])
        refused = await parking.skip(tx.connection, wrong)
        left = await parking.waiting(tx.connection, STREAM, 10)
        [told] = await parked_keys(tx.connection, 1)

    assert refused is None
    assert [one.version for one in left] == [4, 5]
    assert told.outcome == NOT_FIRST
    assert await harness.audited() == []


async def test_the_last_fact_that_is_skipped_ends_the_request(harness: LogHarness) -> None:
    parking, only = Parking("c"), a_fact(4)
    async with harness.reader.transaction(cause=CAUSE) as tx:
        await parking.park(tx.connection, "log", only, "broken", 3)
        await parking.ask(tx.connection, STREAM, "hand:bob", "mended")
        await parking.ask(tx.connection, STREAM, "hand:ada", "junk", skip_fact=only.id)
        [asked] = await parking.asked(tx.connection, ["log"])
        shard = await parking.skip(tx.connection, asked)

    assert (asked.actor, shard) == ("hand:ada", "log")
    assert await harness.reader.pool.fetchval("select version from seen") == 4
    assert await harness.outcomes() == [SKIPPED, SKIPPED]
    assert await harness.audited() == [("hand:ada", "log.skipped", "c/geo/i1/4")]
    assert await harness.reader.pool.fetchval("select reason from audit") == "junk"


async def test_others_of_a_batch_are_not_taken_one_by_one_for_a_poisoned_one(
    harness: LogHarness,
) -> None:
    def poison(told: Envelope[Any]) -> None:
        if told.key == "bad":
            raise RuntimeError("planted")

    keys = [f"good{number}" for number in range(20)]
    await harness.tell(*keys[:10])
    await harness.tell("bad")
    await harness.tell(*keys[10:])
    consumer = harness.consumer("apart", before_effect=poison)
    await harness.drain(consumer)

    assert (await harness.trace("apart")).per_key() == {key: [1] for key in keys}
    # those before it, itself, those behind it
    assert (consumer.health.moves, consumer.health.parked) == (3, 1)
