"""A topic without its beginning is read from where it begins now; what is lost is told once."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete
from aiokafka.structs import TopicPartition
from structlog.testing import capture_logs

from beaconfire_contracts.envelope import START, LogPosition
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.kafka import reader as reader_module
from beaconfire_platform.log.kafka.reader import GONE
from beaconfire_testkit.kafka_harness import KafkaHarness
from beaconfire_testkit.log_harness import WRITER

ASKED_FOR_S = 2.0
"""Longer than a broker keeps what a client asked for waiting."""
KEYS = tuple(f"k{number}" for number in range(24))


async def told(harness: KafkaHarness, times: int) -> None:
    for _ in range(times):
        await harness.tell(*KEYS)
    await harness.published()


async def ends(harness: KafkaHarness) -> dict[int, int]:
    found = await vars(KafkaHarness)["_ends"](harness)
    return {int(shard.rpartition("/")[2]): end for shard, end in found.items()}


async def cut(harness: KafkaHarness, before: Mapping[int, int]) -> None:
    """Whoever may delete records does, as a topic's retention would."""
    admin = AIOKafkaAdminClient(**harness.settings.client("test"))
    await admin.start()
    try:
        await admin.delete_records(
            {
                TopicPartition(harness.topic, number): RecordsToDelete(offset)
                for number, offset in before.items()
            }
        )
    finally:
        await admin.close()


def client_of(consumer: Consumer) -> Any:
    """What it reads with just now."""
    fetching = vars(vars(consumer)["_reader"])["_fetching"]
    return None if fetching is None else vars(fetching)["_clients"][0]


async def quarantined(harness: KafkaHarness, consumer: str) -> dict[int, str]:
    rows = await harness.reader.pool.fetch(
        "select shard, reason from quarantine where consumer = $1", consumer
    )
    found = {int(row["shard"].rpartition("/")[2]): row["reason"] for row in rows}
    assert len(found) == len(rows), "told twice"
    return found


def gone(first: int, until: int) -> str:
    return GONE if until == first + 1 else f"{GONE} (offsets {first} to {until - 1})"


async def runs_until_it_ends(
    harness: KafkaHarness, consumer: Consumer, at: Mapping[int, int]
) -> None:
    """As ever, until it is there."""
    run = asyncio.create_task(consumer.run())
    try:
        async with asyncio.timeout(30):
            while not run.done() and any(
                _row(harness, consumer, number) < row for number, row in at.items()
            ):
                await harness.bell.wait(0.01)
        assert not run.done()
    finally:
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)


async def let_fall(consumer: Consumer) -> None:
    """A client that pauses lets fall, step by step, what it had asked for and is given since."""
    given_up_at = asyncio.get_running_loop().time() + ASKED_FOR_S
    while asyncio.get_running_loop().time() < given_up_at:
        await consumer.step()
        await asyncio.sleep(0.02)


def _row(harness: KafkaHarness, consumer: Consumer, number: int) -> int:
    return consumer.health.positions.get(f"{harness.topic}/{number}", START).row


@pytest.mark.parametrize("is_open", [True, False])
async def test_what_is_gone_before_it_was_read_is_told_once_and_what_is_there_is_read(
    harness: KafkaHarness, monkeypatch: pytest.MonkeyPatch, *, is_open: bool
) -> None:
    """It was asked for again forty times a second, for ever."""
    monkeypatch.setattr(reader_module, "LOOK_S", float("inf"))  # no look comes to its aid
    consumer = harness.consumer("behind")
    await told(harness, 1)
    await harness.drain(consumer)
    was = await ends(harness)
    client = client_of(consumer)
    client.pause(*client.assignment())
    await told(harness, 2)
    await let_fall(consumer)
    until = await ends(harness)
    await cut(harness, until)
    if is_open:
        client.resume(*client.assignment())
    else:
        await consumer.close()
    await harness.tell(*KEYS)
    await harness.published()
    now = await ends(harness)

    with capture_logs() as said:
        await runs_until_it_ends(harness, consumer, now)

    used = {number for number in range(PARTITIONS) if until[number] > was[number]}
    lost = [one for one in said if one["event"] == "topic_lost_its_start"]
    assert {one["shard"] for one in lost} == {f"{harness.topic}/{number}" for number in used}
    assert len(lost) == len(used)
    assert sum(one["lost"] for one in lost) == 2 * len(KEYS)
    assert await quarantined(harness, "behind") == {
        number: gone(was[number], until[number]) for number in used
    }
    assert consumer.health.quarantined >= len(used)
    assert {key: reason for key, reason, *_ in await parked(harness)} == dict.fromkeys(
        KEYS, "hole before it"
    )
    assert (await harness.trace("behind")).per_key() == {key: [1] for key in KEYS}


async def parked(harness: KafkaHarness) -> list[tuple[str, str]]:
    rows = await harness.reader.pool.fetch("select key, error from parked")
    return [(row["key"], row["error"]) for row in rows]


async def test_where_all_is_gone_the_place_behind_it_is_gone_on_from(
    harness: KafkaHarness,
) -> None:
    await told(harness, 2)
    until = await ends(harness)
    await cut(harness, until)
    consumer = harness.consumer("late")

    with capture_logs() as said:
        await runs_until_it_ends(harness, consumer, until)
        await consumer.close()
        await runs_until_it_ends(harness, consumer, until)

    lost = [one for one in said if one["event"] == "topic_lost_its_start"]
    assert sum(one["lost"] for one in lost) == 2 * len(KEYS)
    assert await quarantined(harness, "late") == {
        number: gone(0, end) for number, end in until.items() if end
    }


async def test_a_replay_of_a_topic_without_its_beginning_begins_where_it_begins(
    harness: KafkaHarness,
) -> None:
    await told(harness, 3)
    until = {number: min(1, end) for number, end in (await ends(harness)).items()}
    await cut(harness, until)
    now = await ends(harness)
    consumer = harness.consumer("anew", replay=True)

    await runs_until_it_ends(harness, consumer, now)

    assert await quarantined(harness, "anew") == {
        number: GONE for number, end in until.items() if end
    }


async def test_who_has_read_it_loses_nothing_and_repeats_nothing(
    harness: KafkaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "LOOK_S", 0)
    consumer = harness.consumer("ahead")
    await told(harness, 3)
    await harness.drain(consumer)
    await cut(harness, {number: end // 2 for number, end in (await ends(harness)).items()})
    await harness.tell(*KEYS)
    await harness.published()

    with capture_logs() as said:
        await harness.insist(consumer)

    assert (await harness.trace("ahead")).per_key() == {key: [1, 2, 3, 4] for key in KEYS}
    assert await quarantined(harness, "ahead") == {}
    assert "topic_lost_its_start" not in {one["event"] for one in said}


async def test_what_is_gone_is_not_found_and_stops_nobody_who_asks_for_it(
    harness: KafkaHarness,
) -> None:
    await told(harness, 1)
    number, end = max((await ends(harness)).items(), key=lambda one: one[1])
    await cut(harness, {number: end})

    found = await harness.log.read_each(
        f"{harness.topic}/{number}", frozenset({WRITER}), [LogPosition(0, 0, 0)]
    )

    assert found == [None]


@pytest.mark.parametrize("is_known", [True, False])
async def test_a_relay_that_takes_over_fills_a_topic_without_its_beginning_again(
    harness: KafkaHarness, *, is_known: bool
) -> None:
    """R17: our own table has them all. Once, however many take over after that."""
    await told(harness, 2)
    if is_known:  # by a relay that opened when there was something already
        await harness.stop_relay()
        harness.start_relay("between")
        await told(harness, 1)
    await harness.stop_relay()
    await cut(harness, await ends(harness))

    with capture_logs() as said:
        for instance in ("another", "a third", "a fourth"):
            harness.start_relay(instance)
            await told(harness, 1)
            await harness.stop_relay()

    assert [one["event"] for one in said] == ["topic_refilled"]
    consumer = harness.consumer("late")
    await runs_until_it_ends(harness, consumer, await ends(harness))
    last = 6 if is_known else 5
    assert (await harness.trace("late")).per_key() == {key: [*range(1, last + 1)] for key in KEYS}
