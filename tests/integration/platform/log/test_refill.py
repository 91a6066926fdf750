"""A broker that lost the end of a topic, or the whole of it, is filled again from the table.

Consumers read on, or again from the beginning, and know repeats by their versions.
"""

import asyncio
from typing import Any, Final

import asyncpg
import pytest
from structlog.testing import capture_logs

from beaconfire_contracts.envelope import START, Cause, LogPosition
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.codec import encode
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka import reader
from beaconfire_platform.log.kafka.record import record_headers
from beaconfire_platform.log.kafka.refill import EMPTY, HistoryForked, look_at, remember
from beaconfire_platform.log.lease import LIFE_S, RENEW_S
from beaconfire_platform.log.port import Garbled, LogReader, Share
from beaconfire_testkit.kafka_harness import KafkaHarness
from beaconfire_testkit.log_harness import WRITER, a_fact
from beaconfire_testkit.log_suite import require_all_of

KEYS = tuple(f"k{number}" for number in range(8))


def headers_of_another(of_type: str, *without: str) -> list[tuple[str, bytes | None]]:
    """As somebody else may write them, for the key `zzz`."""
    row = {
        "id": new_id(), "source": WRITER, "type": of_type, "key": "zzz", "key_version": 1,
        "time": a_fact("zzz").released_at, "owner": None, "division": None,
        "sensitivity": "internal", "cause": encode(Cause("test", "other")),
    }  # fmt: skip
    return [one for one in record_headers(row) if one[0] not in without]


RELEASED: Final = "beaconfire.geo.layer-released"
FOREIGN: Final[dict[str, tuple[bytes, list[tuple[str, bytes | None]]]]] = {
    "garbage": (b"garbage", []),
    "an unknown type": (b"{}", headers_of_another("beaconfire.geo.never-heard-of.v1")),
    "a future major version": (b"{}", headers_of_another(f"{RELEASED}.v2")),
    "a known type that is malformed": (b"{}", headers_of_another(f"{RELEASED}.v1")),
    "another service's": (b"{}", headers_of_another("beaconfire.agency.access-revoked.v1")),
    "no moment": (
        encode(a_fact("zzz")).encode(), headers_of_another(f"{RELEASED}.v1", "ce_time"),
    ),
    "another key": (encode(a_fact("a")).encode(), headers_of_another(f"{RELEASED}.v1")),
}  # fmt: skip


async def put_everywhere(harness: KafkaHarness, foreign: str, times: int = 1) -> None:
    value, headers = FOREIGN[foreign]
    for partition in range(PARTITIONS):
        for _ in range(times):
            await harness.put(b"zzz", value, headers, partition)


async def told(harness: KafkaHarness, times: int) -> None:
    for _ in range(times):
        await harness.tell(*KEYS)
    await harness.published()


async def lose(harness: KafkaHarness) -> None:
    """Somebody deletes the topic, and it is made anew; no relay runs meanwhile.

    An epoch counts seconds, and so many pass before a topic that was lost is there again.
    """
    await harness.stop_relay()
    await harness.delete_topic()
    await asyncio.sleep(1.1)
    await harness.make_topic()


async def rows(harness: KafkaHarness) -> list[Any]:
    return await harness.reader.pool.fetch(
        "select txid, row, id, source, type, key, key_version, time, cause, owner, division, "
        "sensitivity, data from log.read(0, 0, $1, 1000)",
        [WRITER],
    )


async def where(harness: KafkaHarness) -> tuple[LogPosition, LogPosition]:
    """Where the relay was, and where it must go on."""
    place = await harness.place()
    assert place is not None
    at = LogPosition(1, *place)
    now = await look_at(harness.settings, harness.writer, harness.topic, at)
    await remember(harness.writer, harness.topic, now, is_refill=now.after != at)
    return at, now.after


async def versions(harness: KafkaHarness) -> dict[str, list[int]]:
    """What is on the topic now."""
    found: dict[str, list[int]] = {}
    for one in await harness.records():
        if isinstance(one, Garbled):
            continue
        found.setdefault(one.key, []).append(one.key_version)
    return found


async def test_a_topic_that_has_everything_is_gone_on_with(harness: KafkaHarness) -> None:
    await told(harness, 3)
    await harness.stop_relay()

    at, wanted = await where(harness)
    again = await where(harness)

    assert wanted == at
    assert again == (at, at)


async def test_before_anything_was_published_there_is_nothing_to_fill(
    harness: KafkaHarness,
) -> None:
    at = LogPosition(1, 0, 0)

    now = await look_at(harness.settings, harness.writer, harness.topic, at)

    assert (now.after, set(now.began_ms.values())) == (at, {EMPTY})


async def test_a_topic_that_is_lost_is_filled_from_the_beginning(harness: KafkaHarness) -> None:
    await told(harness, 3)
    await lose(harness)

    with capture_logs() as said:
        harness.start_relay()
        await told(harness, 1)

    assert await versions(harness) == {key: [1, 2, 3, 4] for key in KEYS}
    assert [one["event"] for one in said] == ["topic_refilled"]


async def test_who_is_killed_before_the_earlier_place_is_kept_finds_the_loss_again(
    harness: KafkaHarness,
) -> None:
    await told(harness, 3)
    await lose(harness)
    place = await harness.place()
    assert place is not None
    at = LogPosition(1, *place)

    looks = [await look_at(harness.settings, harness.writer, harness.topic, at) for _ in range(2)]

    assert [one.after for one in looks] == [LogPosition(1, 0, 0)] * 2


async def test_a_database_that_is_older_than_its_topic_publishes_nothing(
    harness: KafkaHarness, database: str
) -> None:
    """R7: what it tells now has the versions of what was lost with its newest hours."""
    backup = await backed_up(harness)
    await told(harness, 2)
    await harness.stop_relay()
    await restore(harness, database, *backup)
    before = len(await harness.records())

    with capture_logs() as said:
        harness.start_relay()
        await harness.tell(*KEYS)
        async with asyncio.timeout(20):
            while harness.relay.health.failing != HistoryForked.__name__:
                await harness.bell.wait(0.02)

    assert len(await harness.records()) == before
    assert "is older than the topic" in next(
        one["why"] for one in said if one["event"] == "history_forked"
    )


@pytest.mark.parametrize("foreign", FOREIGN)
async def test_what_is_none_of_ours_last_on_a_topic_stops_no_relay(
    harness: KafkaHarness, foreign: str
) -> None:
    await told(harness, 2)
    await put_everywhere(harness, foreign)
    await harness.stop_relay()
    await put_everywhere(harness, foreign)

    with capture_logs() as said:
        relay = harness.start_relay("another")
        await told(harness, 1)

    assert relay.health.failing is None
    assert [one["event"] for one in said] == []
    assert {key: some for key, some in (await versions(harness)).items() if key in KEYS} == {
        key: [1, 2, 3] for key in KEYS
    }


async def test_a_database_that_is_older_is_known_behind_whatever_others_put_there(
    harness: KafkaHarness, database: str
) -> None:
    place, kept = await backed_up(harness)
    await told(harness, 1)
    await harness.stop_relay()
    for foreign in FOREIGN:
        await put_everywhere(harness, foreign, 12)
    await restore(harness, database, place, kept)

    with pytest.raises(HistoryForked, match="is older than the topic"):
        await look_at(harness.settings, harness.writer, harness.topic, LogPosition(1, *place))


async def backed_up(harness: KafkaHarness) -> tuple[tuple[int, int], list[Any]]:
    """Where the relay is after two rounds, and where the partitions end, as a backup keeps them."""
    await told(harness, 2)
    place = await harness.place()
    assert place is not None
    return place, await harness.writer.pool.fetch("select * from relayed_to")


async def restore(
    harness: KafkaHarness, database: str, place: tuple[int, int], kept: list[Any]
) -> None:
    """As the database was when the relay was at a place."""
    owner = await asyncpg.connect(database)
    await owner.execute("delete from log.fact where (txid, row) > ($1, $2)", *place)
    await owner.execute(
        "update log.stream s set version = (select max(f.key_version) from log.fact f "
        "where (f.source, f.key) = (s.source, s.key))"
    )
    await owner.close()
    pool = harness.writer.pool
    await pool.execute("update relayed set txid = $1, row = $2", *place)
    await pool.executemany(
        "update relayed_to set next_offset = $2 where partition = $1",
        [(one["partition"], one["next_offset"]) for one in kept],
    )


async def test_a_topic_that_lost_its_end_is_filled_from_there(harness: KafkaHarness) -> None:
    await told(harness, 3)
    await lose(harness)
    for row in (await rows(harness))[: len(KEYS)]:
        await harness.put(row["key"].encode(), row["data"].encode(), record_headers(row))

    with capture_logs() as said:
        harness.start_relay()
        await told(harness, 1)

    found = await versions(harness)
    assert {key: sorted(set(some)) for key, some in found.items()} == {
        key: [1, 2, 3, 4] for key in KEYS
    }
    assert all(some == sorted(some) for some in found.values())
    [refilled] = [one for one in said if one["event"] == "topic_refilled"]
    assert not refilled["after"].endswith(".0.0")


@pytest.mark.parametrize("garbage", [b"\xff\x00", b"{}"])
async def test_where_the_last_record_is_none_of_ours_all_is_filled_again(
    harness: KafkaHarness, garbage: bytes
) -> None:
    await told(harness, 3)
    await lose(harness)
    await harness.put(garbage, garbage, [("ce_keyversion", b"x"), ("ce_source", garbage)])

    at, wanted = await where(harness)

    assert wanted == LogPosition(at.epoch, 0, 0)


@pytest.mark.parametrize("is_open", [True, False])
async def test_consumers_of_a_topic_that_was_filled_anew_lose_nothing_and_repeat_nothing(
    harness: KafkaHarness, monkeypatch: pytest.MonkeyPatch, *, is_open: bool
) -> None:
    """Whether their client was closed meanwhile, or is open and finds the topic as long as ever."""
    monkeypatch.setattr(reader, "LOOK_S", 0)
    await told(harness, 2)
    ahead = harness.consumer("ahead")
    await harness.drain(ahead)
    if not is_open:
        await ahead.close()
    await told(harness, 2)
    await lose(harness)
    harness.start_relay()
    await told(harness, 1)

    with capture_logs() as said:
        await harness.insist(ahead)
    await harness.drain(harness.consumer("late"))

    await require_all_of(harness, "ahead")
    await require_all_of(harness, "late")
    anew = [one for one in said if one["event"] == "topic_begins_anew"]
    used = {one["shard"] for one in anew}
    assert len(anew) == len(used) > 0
    most = 4 if is_open else 2  # it reads on while it looks, and what it read once more then
    assert 2 * len(KEYS) <= ahead.health.skipped <= most * len(KEYS)
    assert ahead.health.quarantined == 0


async def read_to_the_end(
    reading: LogReader, after: dict[str, LogPosition], facts: int
) -> dict[str, LogPosition]:
    """Where it is when it has read so many."""
    at, found = dict(after), 0
    async with asyncio.timeout(30):
        while found < facts:
            await reading.wait(0.1)
            for shard, one in (await reading.take(at, 100)).items():
                at[shard], found = one[-1].position, found + len(one)
    assert found == facts
    return at


async def test_who_stood_by_while_the_topic_was_made_anew_knows_it_as_it_is(
    harness: KafkaHarness,
) -> None:
    """Else what another read of the new one would be of another to it, and be read once more."""
    sources = frozenset({WRITER})
    one, another = (
        harness.log_of(name).reader("alone", sources, share=Share.ALONE) for name in ("a", "b")
    )
    await told(harness, 1)
    shards = await one.shards()
    assert shards
    await read_to_the_end(one, dict.fromkeys(shards, START), len(KEYS))
    await asyncio.sleep(LIFE_S + 0.2)
    assert await another.shards() == shards
    assert not await one.shards()
    await lose(harness)
    harness.start_relay()
    await told(harness, 1)
    await another.close()
    third = harness.log.reader("third", sources, share=Share.EVERYBODY)
    await third.shards()
    at = await read_to_the_end(third, dict.fromkeys(shards, START), 2 * len(KEYS))

    async with asyncio.timeout(30):
        while not await one.shards():
            await harness.bell.wait(RENEW_S)
    await harness.tell(*KEYS)
    with capture_logs() as said:
        await read_to_the_end(one, at, len(KEYS))

    assert not said
    await one.close()
    await third.close()


async def test_a_key_that_was_parked_is_taken_from_where_the_log_has_it_now(
    harness: KafkaHarness,
) -> None:
    ills = {"k3"}

    def poison(one: Any) -> None:
        if one.key in ills:
            raise RuntimeError("planted")

    await told(harness, 2)
    await harness.drain(harness.consumer("ill", before_effect=poison))
    assert [key for key, *_ in await harness.parked("ill")] == ["k3", "k3"]
    await lose(harness)
    harness.start_relay()
    await told(harness, 1)
    await harness.drain(harness.consumer("ill", before_effect=poison))

    ills.clear()
    await harness.ask_again("ill", "k3")
    await harness.drain(harness.consumer("ill", before_effect=poison))

    await require_all_of(harness, "ill")
    assert await harness.outcomes() == ["taken"]


async def test_what_lies_before_a_topic_began_anew_is_not_read_from_it(
    harness: KafkaHarness,
) -> None:
    await told(harness, 1)
    shard = (await harness.log.shards(frozenset({WRITER})))[0]
    first = await _first(harness)
    await lose(harness)
    harness.start_relay()
    await harness.published()

    assert await harness.log.read_each(first[0], frozenset({WRITER}), [first[1]]) == [None]
    assert await harness.log.read_each(shard, frozenset({"agency"}), [START]) == [None]


async def _first(harness: KafkaHarness) -> tuple[str, LogPosition]:
    for shard in await harness.log.shards(frozenset({WRITER})):
        [found] = await harness.log.read_each(shard, frozenset({WRITER}), [START])
        if found is not None:
            position = found.position
            return shard, LogPosition(position.epoch, 0, 0)
    raise AssertionError("nothing was published")
