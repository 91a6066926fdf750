"""`/metrics` says how far behind, who has which lease and what waits; nothing makes it fail."""

import asyncio
import math
from collections.abc import AsyncGenerator
from typing import Any

import asyncpg
import pytest
from fastapi import APIRouter
from prometheus_client import REGISTRY

from beaconfire_contracts.envelope import Envelope, LogPosition
from beaconfire_platform.ground import Service
from beaconfire_platform.log.health import ConsumerHealth, Reason, RelayHealth
from beaconfire_platform.log.lease import Lease
from beaconfire_platform.log.ledger import BEHIND, HOLE
from beaconfire_platform.log.parking import Waits
from beaconfire_platform.log.port import Garbled, Why
from beaconfire_platform.log.postgres import SHARD, PostgresLog
from beaconfire_platform.log.quarantine import mark_seen, set_aside
from beaconfire_platform.process.health import Health
from beaconfire_platform.process.measures import (
    measure_books,
    measure_consumers,
    measure_lag,
    measure_loop,
    measure_relays,
)
from beaconfire_platform.process.running import Running
from beaconfire_testkit.log_harness import LogHarness


@pytest.fixture
async def table(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


def value(name: str, **labels: str) -> float:
    """A gauge as a scrape finds it."""
    found = REGISTRY.get_sample_value(f"beaconfire_{name}", labels)
    assert found is not None, name
    return found


async def test_lag_is_the_facts_behind_the_position(table: LogHarness) -> None:
    consumer = table.consumer("lagging", batch=2)
    await measure_lag([consumer])
    before_it_began = value("consumer_lag_facts", consumer="lagging")
    for _ in range(5):
        await table.tell("a")
    await consumer.step()
    await measure_lag([consumer])
    measure_consumers([consumer])

    assert math.isnan(before_it_began)
    assert value("consumer_lag_facts", consumer="lagging") == 3
    assert value("consumer_shards_held", consumer="lagging") == 1
    assert value("consumer_position_moves", consumer="lagging") == 1


async def test_the_head_and_each_position_are_told_and_go_when_nobody_has_the_shard(
    table: LogHarness,
) -> None:
    half, whole = table.consumer("half", batch=2), table.consumer("whole")
    for _ in range(5):
        await table.tell("a")
    await half.step()
    await table.drain(whole)
    await measure_lag([half, whole])
    measure_consumers([half, whole])
    head = value("log_head_rows", shard=SHARD)
    places = [value("consumer_position_rows", consumer=one, shard=SHARD)
              for one in ("half", "whole")]  # fmt: skip
    await half.close()
    await whole.close()
    await measure_lag([half, whole])
    measure_consumers([half, whole])

    assert places == [head - 3, head]
    assert not [one for one in ("half", "whole") if is_told("consumer_position_rows", one)]
    assert REGISTRY.get_sample_value("beaconfire_log_head_rows", {"shard": SHARD}) is None


def is_told(name: str, consumer: str) -> bool:
    """Whether a scrape finds the one shard of a consumer."""
    labels = {"consumer": consumer, "shard": SHARD}
    return REGISTRY.get_sample_value(f"beaconfire_{name}", labels) is not None


async def test_the_head_of_the_table_is_looked_up_once_for_all_consumers_and_never_for_facts(
    table: LogHarness,
) -> None:
    looks: list[LogPosition] = []

    class Counted(PostgresLog):
        async def end(self) -> LogPosition:
            looks.append(await super().end())
            return looks[-1]

    table.log = Counted(table.reader.pool, table.bell)
    consumers = [table.consumer(name) for name in ("once", "twice")]
    for _ in range(20):
        await table.tell("a")
    for one in consumers:
        await table.drain(one)
    before = len(looks)
    await measure_lag(consumers)

    assert (before, len(looks)) == (0, 1)


async def test_a_key_is_counted_by_why_it_waits_until_it_is_mended(table: LogHarness) -> None:
    is_mended = asyncio.Event()

    def poison(_told: Envelope[Any]) -> None:
        if not is_mended.is_set():
            raise RuntimeError("planted")

    consumer = table.consumer("mended", before_effect=poison)
    for key in ("a", "b", "a"):
        await table.tell(key)
    await table.drain(consumer)
    measure_consumers([consumer])
    before = by_reason("mended")
    is_mended.set()
    for key in ("a", "b"):
        await table.ask_again("mended", key)
    async with asyncio.timeout(10):
        while consumer.health.parked_keys:
            await consumer.step()
    measure_consumers([consumer])

    assert before == dict.fromkeys(Reason, 0) | {Reason.FAILED: 2}
    assert by_reason("mended") == dict.fromkeys(Reason, 0)


def by_reason(consumer: str) -> dict[Reason, float]:
    """How many keys a scrape finds parked, for each reason."""
    return {one: value("consumer_keys_parked", consumer=consumer, reason=one) for one in Reason}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (HOLE, Reason.HOLE),
        (BEHIND, Reason.BEHIND),
        (Why.UNKNOWN_MAJOR, Reason.UNKNOWN_MAJOR),
        (Why.MALFORMED, Reason.MALFORMED),
        ("KeyError", Reason.FAILED),
        ("whatever somebody wrote", Reason.FAILED),
    ],
)
def test_reasons_are_few_whatever_stands_in_the_books(error: str, reason: Reason) -> None:
    health = ConsumerHealth(parked_keys={("geo", "a"): Waits(3, error)})

    assert health.parked_for == dict.fromkeys(Reason, 0) | {reason: 1}
    assert health.waiting == {("geo", "a"): 3}


async def test_a_lease_is_ours_anothers_or_free(table: LogHarness) -> None:
    ours, theirs = Lease(table.reader, "planner", "me"), Lease(table.reader, "relay", "you")
    await ours.keep()
    await theirs.keep()
    await measure_books([table.reader], "me")
    held = [
        (value(f"lease_{what}", service="situation", lease=name))
        for name in ("planner", "relay")
        for what in ("held", "free")
    ]
    await ours.release()
    await measure_books([table.reader], "me")

    assert held == [1, 0, 0, 0]
    assert value("lease_held", service="situation", lease="planner") == 0
    assert value("lease_free", service="situation", lease="planner") == 1


async def test_what_was_looked_at_is_nought_again(table: LogHarness) -> None:
    async with table.reader.pool.acquire() as connection:
        await set_aside(connection, "measured", "t/0", Garbled(LogPosition(1, 0, 7), "no id"))
        await measure_books([table.reader], "me")
        before = value("quarantined_unseen", service="situation", consumer="measured")
        await mark_seen(connection, "measured", "hand:ada", "looked")
    await measure_books([table.reader], "me")

    assert before == 1
    assert value("quarantined_unseen", service="situation", consumer="measured") == 0


async def test_what_is_not_published_is_counted(table: LogHarness) -> None:
    await table.writer.pool.execute(
        "insert into relayed (topic, epoch, txid, row, fence) "
        "values ('t.v1', 1, 0, 0, 1), ('t.shared', 1, 0, 0, 1)"
    )
    for _ in range(3):
        await table.tell("a")
    await measure_books([table.writer], "me")
    measure_relays({"relay": RelayHealth(is_active=True, published=7, failures=2)})

    assert value("relay_unpublished") == 3
    found = [value(f"relay_{one}", relay="relay") for one in ("active", "published", "failures")]
    assert found == [1, 7, 2]


def test_topics_that_are_unfit_are_named_and_go_back_to_nought() -> None:
    relay = RelayHealth(unfit={"b.shared.power.v1": "it has 1 partitions instead of 3"})
    measure_relays({"shared": relay, "other": RelayHealth()})
    named = {"relay": "shared", "topic": "b.shared.power.v1"}
    before = value("relay_topic_unfit", **named)
    relay.unfit = {}
    measure_relays({"shared": relay})

    assert (before, value("relay_topic_unfit", **named)) == (1, 0)


async def test_a_database_that_is_away_makes_unknown_what_it_knew(
    table: LogHarness, database: str
) -> None:
    consumer = table.consumer("blind")
    await table.tell("a")
    await table.drain(consumer)
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        services = [Service("situation", APIRouter(), consumers=[consumer])]
        health = Health(pool, services, Running(), databases=[table.reader], instance="me")
        await table.reader.close()
        await health.measure()

    assert math.isnan(value("consumer_lag_facts", consumer="blind"))
    assert math.isnan(value("log_head_rows", shard=SHARD))
    assert math.isnan(value("relay_unpublished"))
    assert value("consumer_applied", consumer="blind") == 1


async def test_a_task_that_nobody_ends_is_one_more_until_it_ends() -> None:
    measure_loop()
    before = value("loop_tasks")
    leaked = asyncio.create_task(asyncio.Event().wait())
    measure_loop()
    meanwhile = value("loop_tasks")
    leaked.cancel()
    await asyncio.wait({leaked})
    measure_loop()

    assert meanwhile == before + 1
    assert value("loop_tasks") == before


async def test_labels_are_no_more_than_there_are_consumers_shards_and_reasons(
    table: LogHarness,
) -> None:
    consumer = table.consumer("bounded")
    for key in map(str, range(20)):
        await table.tell(key)
    await table.drain(consumer)
    measure_consumers([consumer])
    await measure_lag([consumer])

    samples: list[Any] = [
        one
        for family in REGISTRY.collect()
        if family.name.startswith("beaconfire_consumer")
        for one in family.samples
        if one.labels.get("consumer") == "bounded"
    ]
    labels = [frozenset(one.labels.items()) for one in samples]
    assert frozenset({("consumer", "bounded")}) in labels
    assert {label for of_one in labels for label in of_one} == {
        ("consumer", "bounded"), ("shard", SHARD), *(("reason", one) for one in Reason)
    }  # fmt: skip
    assert len(labels) == len({one.name for one in samples}) + len(Reason) - 1
