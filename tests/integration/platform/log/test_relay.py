"""The relay: one at a time publishes everything, whatever happens to it or to the broker."""

import asyncio
import logging
import re
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from aiokafka.structs import TopicPartition
from structlog.testing import capture_logs

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.log.kafka.client import looking
from beaconfire_platform.log.kafka.publisher import RelayFenced
from beaconfire_platform.log.kafka.record import record_headers
from beaconfire_platform.log.kafka.relay import Relay
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.lease import RENEW_S
from beaconfire_testkit.kafka import Broker
from beaconfire_testkit.kafka_faults import TrustingRelay
from beaconfire_testkit.kafka_harness import KafkaHarness
from beaconfire_testkit.log_harness import WRITER, a_fact, as_role
from beaconfire_testkit.log_suite import require_all_of, write_at_random

AWAY_S = 4.0
CAUSE = Cause(actor="test", correlation_id="relay")
_ENDS = "select partition, next_offset from relayed_to order by partition"


@pytest.fixture
async def alone(database: str, own_kafka: Broker) -> AsyncGenerator[KafkaHarness]:
    """A log on a broker of its own."""
    async with KafkaHarness(database, own_kafka.bootstrap).running() as running:
        yield running


async def active(relay: Relay) -> None:
    async with asyncio.timeout(30):
        while not relay.health.is_active:  # noqa: ASYNC110  (health is asked, and tells nobody)
            await asyncio.sleep(0.02)


async def took_effect(harness: KafkaHarness, name: str) -> None:
    """Everything told took effect for a consumer that runs."""
    async with asyncio.timeout(60):
        while len((await harness.trace(name)).effects) < sum((await harness.told()).values()):
            await harness.bell.wait(0.05)


async def test_a_record_is_the_row_as_it_stands(harness: KafkaHarness) -> None:
    await harness.tell("a")
    await harness.published()
    [row] = await harness.reader.pool.fetch("select * from log.fact")

    async with looking(harness.settings) as client:
        partitions = [TopicPartition(harness.topic, number) for number in range(PARTITIONS)]
        client.assign(partitions)
        await client.seek_to_beginning(*partitions)
        found = await client.getmany(timeout_ms=10_000)

    [[record]] = found.values()
    assert record.value == row["data"].encode()
    assert record.key == b"a"
    assert list(record.headers) == record_headers(row)


async def test_of_two_one_publishes_and_when_it_dies_the_other_does_without_a_hole(
    harness: KafkaHarness,
) -> None:
    first = harness.relay
    await active(first)
    await harness.tell("a")
    await harness.published()
    writing = asyncio.gather(*(write_at_random(harness, seed) for seed in range(4)))
    await harness.kill_relay()
    second = harness.start_relay("two")
    await active(second)
    await writing
    await harness.drain(harness.consumer("whole"))

    await require_all_of(harness, "whole")
    assert second.health.published > 0


async def test_who_stands_by_keeps_nothing_open(harness: KafkaHarness) -> None:
    await active(harness.relay)
    standby = harness.start_relay("two")
    await asyncio.sleep(2 * RENEW_S)

    assert not standby.health.is_active
    assert standby.health.failing is None
    assert vars(standby)["_producer"] is None


async def test_one_that_ends_as_it_should_lets_the_next_publish_at_once(
    harness: KafkaHarness,
) -> None:
    await active(harness.relay)
    await harness.stop_relay()
    second = harness.start_relay("two")
    await harness.tell("a")
    await harness.published()

    assert second.health.published == 1


async def test_one_that_finishes_publishes_the_rest_and_ends(harness: KafkaHarness) -> None:
    await active(harness.relay)
    for _ in range(20):
        await harness.tell("a")
    harness.relay.finish()
    await asyncio.wait_for(harness.relay_ends(), 30)

    assert harness.relay.health.published == 20


async def test_a_zombie_that_publishes_on_is_fenced_and_repeats_are_known(
    harness: KafkaHarness,
) -> None:
    zombie = harness.relay
    await harness.tell("a")
    await harness.published()
    await harness.kill_relay()
    heir = harness.start_relay("one")
    await active(heir)
    await harness.tell("a", "b")
    await harness.published()

    ends = await harness.writer.pool.fetch(_ENDS)
    with pytest.raises(RelayFenced):
        await asyncio.wait_for(_step_for_ever(zombie), 30)
    assert await harness.writer.pool.fetch(_ENDS) == ends

    consumer = harness.consumer("whole")
    await harness.drain(consumer)
    await require_all_of(harness, "whole")
    assert consumer.health.skipped == 2


async def _step_for_ever(relay: Relay) -> None:
    while True:
        await relay.step()
        await asyncio.sleep(0.01)


async def test_one_that_failed_begins_again_under_the_lease_it_has(
    harness: KafkaHarness,
) -> None:
    await harness.tell("a")
    await harness.published()
    fence = vars(harness.relay)["_lease"].fence
    await vars(harness.relay)["_producer"].stop()  # as a client that died on its feet
    await harness.tell("a")
    await harness.published()

    assert vars(harness.relay)["_lease"].fence == fence
    assert harness.relay.health.published == 2


async def test_while_the_broker_is_away_nobody_spins_and_afterwards_all_goes_on(
    alone: KafkaHarness, own_kafka: Broker
) -> None:
    run = asyncio.create_task(alone.consumer("whole").run())
    await alone.tell("a")
    await took_effect(alone, "whole")
    told = Lines()
    logging.getLogger("aiokafka").addHandler(told)
    try:
        await own_kafka.kill()
        await alone.tell("a", "b")
        with capture_logs() as said:
            began, busy = time.monotonic(), time.process_time()
            await asyncio.sleep(AWAY_S)
            share = (time.process_time() - busy) / (time.monotonic() - began)
    finally:
        logging.getLogger("aiokafka").removeHandler(told)
    assert alone.relay.health.failing == "LogAway"
    assert not alone.relay.health.is_active
    await alone.tell("b")

    await own_kafka.start()
    await took_effect(alone, "whole")
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)

    await require_all_of(alone, "whole")
    assert alone.relay.health.failing is None
    assert share < 0.5
    assert told.count + len(said) < 400


class Lines(logging.Handler):
    """Counts what the library says."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


async def test_a_broker_that_stands_still_for_a_while_loses_and_repeats_nothing(
    alone: KafkaHarness, own_kafka: Broker
) -> None:
    run = asyncio.create_task(alone.consumer("whole").run())
    await alone.tell("a")
    await took_effect(alone, "whole")

    own_kafka.pause()
    await asyncio.gather(*(write_at_random(alone, seed) for seed in range(3)))
    await asyncio.sleep(2)
    own_kafka.resume()
    await alone.tell("a")
    await took_effect(alone, "whole")
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)

    await require_all_of(alone, "whole")


async def test_at_a_wrong_address_it_says_so_and_the_service_goes_on_telling(
    harness: KafkaHarness,
) -> None:
    await harness.stop_relay()
    nowhere = KafkaSettings("127.0.0.1:1", prefix=harness.settings.prefix)
    relay = Relay(harness.writer, nowhere, "one", type(harness.presence)(nowhere))
    with capture_logs() as said:
        run = asyncio.create_task(relay.run())
        await harness.tell("a")
        async with asyncio.timeout(30):
            while not relay.health.failures:
                await harness.bell.wait(0.02)
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)

    assert relay.health.failing == "LogAway"
    assert said[0]["event"] == "relay_failed"
    assert said[0]["why"].startswith("Kafka at 127.0.0.1:1 lets nobody in")
    assert await harness.told() == {"a": 1}
    assert await harness.reader.pool.fetchval("select count(*) from log.fact") == 1
    assert WRITER in said[0]["topic"]


async def test_what_another_transaction_holds_up_goes_out_as_soon_as_it_may(
    harness: KafkaHarness, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beaconfire_platform.log.kafka.publisher.POLL_S", 20.0)
    await harness.tell("before")
    await harness.published()
    async with writing_elsewhere(database):
        await harness.tell("a")
        await asyncio.sleep(0.3)
        held_up = harness.relay.health.published  # and nobody rings when it ends

    async with asyncio.timeout(10):
        await harness.published()

    assert held_up == 1


async def test_what_is_written_in_another_database_of_the_server_holds_up_nothing(
    harness: KafkaHarness, database: str
) -> None:
    async with writing_elsewhere(re.sub(r"@/[^?]+", "@/postgres", database)) as xid:
        await harness.tell("a")
        async with asyncio.timeout(10):
            await harness.published()
        told = await harness.writer.pool.fetchrow(
            "select min(txid) as txid, log.horizon() as horizon, "
            "pg_snapshot_xmin(pg_current_snapshot())::text::bigint as low from log.fact"
        )

        assert told["low"] <= xid < told["txid"] < told["horizon"]


async def test_who_may_write_here_or_anywhere_holds_up_what_came_after(
    harness: KafkaHarness, database: str
) -> None:
    """Whose database is not known is ours: who begins has a number before it has its lock."""
    async with writing_elsewhere(database) as first:
        await harness.tell("a")
        assert await harness.writer.pool.fetchval("select log.horizon()") <= first
    assert await harness.writer.pool.fetchval("select log.horizon()") > first


@asynccontextmanager
async def writing_elsewhere(dsn: str) -> AsyncGenerator[int]:
    """A transaction of somebody else that has a number, and does nothing; it is taken back."""
    elsewhere = await asyncpg.connect(dsn)
    holding = elsewhere.transaction()
    await holding.start()
    try:
        yield int(await elsewhere.fetchval("select pg_current_xact_id()::text::bigint"))
    finally:
        await holding.rollback()
        await elsewhere.close()


async def test_what_is_told_here_alone_is_published_unasked(harness: KafkaHarness) -> None:
    await active(harness.relay)
    for _ in range(10):
        await harness.tell("a", "b")
        await harness.published()

    assert harness.relay.asked_for <= 10  # a lease was renewed, or a place written down, just then
    await harness.drain(harness.consumer("whole"))
    assert (await harness.trace("whole")).per_key() == {"a": [*range(1, 11)], "b": [*range(1, 11)]}


async def _told_elsewhere(harness: KafkaHarness, database: str) -> None:
    """Of one key much is told in another process of the service, of which nobody rings here."""
    elsewhere = await Database.connect(
        WRITER, as_role(database, f"beaconfire_{WRITER}"), bell=Doorbell(), connections=2
    )
    try:
        for _ in range(5):
            async with elsewhere.transaction(aggregate("a"), cause=CAUSE) as tx:
                await tx.tell(a_fact("a"))
            await harness.tell("a")
    finally:
        await elsewhere.close()


async def _told_behind(harness: KafkaHarness, database: str) -> None:
    """One that is told here waits behind another, whose transaction stays open meanwhile."""
    del database
    told, goes_on = asyncio.Event(), asyncio.Event()
    held = asyncio.create_task(harness.tell_held("b", told, goes_on))
    try:
        async with asyncio.timeout(30):
            await told.wait()
            await harness.tell("c")
            looks = harness.relay.looks
            while harness.relay.looks < looks + 2:  # noqa: ASYNC110  (it tells nobody)
                await asyncio.sleep(0.005)
    finally:
        goes_on.set()
        await held
    await harness.tell("b")


TOLD = {"elsewhere": (_told_elsewhere, {"a": 10}), "behind": (_told_behind, {"b": 2, "c": 1})}


async def _keeps_the_order(harness: KafkaHarness, database: str, how: str) -> bool:
    """Whether all of it is published, of each key in order."""
    tell, wanted = TOLD[how]
    await active(harness.relay)
    await harness.tell("z")
    await harness.published()
    await tell(harness, database)
    await harness.published()
    found = [(one.key, one.key_version) for one in await harness.records() if one.key != "z"]
    return all(
        [version for key, version in found if key == name] == [*range(1, last + 1)]
        for name, last in wanted.items()
    )


@pytest.mark.parametrize("how", TOLD)
async def test_what_was_told_elsewhere_or_is_held_up_goes_before_what_was_told_here(
    harness: KafkaHarness, database: str, how: str
) -> None:
    assert await _keeps_the_order(harness, database, how)


@pytest.mark.parametrize("how", TOLD)
async def test_a_relay_that_believes_that_nothing_comes_between_is_found_out(
    harness: KafkaHarness, database: str, how: str
) -> None:
    await active(harness.relay)
    await harness.stop_relay()
    harness.relay_kind = TrustingRelay
    harness.start_relay()

    assert not await _keeps_the_order(harness, database, how)
