"""What a topic still has of what was published: a broker that lost some of it is filled again.

A broker acknowledges before its disk has everything, so a machine that dies can lose the newest
records of a topic, and a careless hand the whole of it. Our own table has them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiokafka.structs import TopicPartition

from beaconfire_contracts.envelope import START, LogPosition
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.database import Database
from beaconfire_platform.log.kafka.client import looking, whole
from beaconfire_platform.log.kafka.record import read_record
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.shard import began_of, source_of
from beaconfire_platform.log.our_words import InOurWords
from beaconfire_platform.log.port import Garbled, Told

_KNOWN: Final = """
    select exists (select from log.fact
                   where source = $1 and key = $2 and key_version = $3 and id = $4)
"""
LAST_MS_MAX: Final = 5_000
_BEGAN: Final = """
    update relayed_to set began_ms = $3 where topic = $1 and partition = $2
"""
_PLACE: Final = """
    select txid, row from log.fact where source = $1 and key = $2 and key_version = $3
"""


class HistoryForked(InOurWords):
    """Our table lacks what was published of it: it was restored to an earlier moment (R7).

    Facts told now would have the versions of those that were lost, and every consumer would take
    them for repeats: so none is published.
    """


@dataclass(frozen=True, slots=True)
class TopicNow:
    """After which place to publish, and when each partition that we told began."""

    after: LogPosition
    began_ms: Mapping[int, int]


async def look_at(
    settings: KafkaSettings, database: Database, topic: str, at: LogPosition
) -> TopicNow:
    """What the topic still has: `at`, or an earlier place where it ends too early.

    HistoryForked when it has what our table has not (R7).
    """
    told = {
        TopicPartition(topic, one["partition"]): (one["began_ms"], one["next_offset"])
        for one in await database.pool.fetch(
            "select partition, began_ms, next_offset from relayed_to where topic = $1", topic
        )
    }
    every = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    wanted, start = at, LogPosition(at.epoch, 0, 0)
    async with looking(settings) as client:
        if not told and topic not in await whole(client.topics()):
            return TopicNow(at, {})
        client.assign(every)
        began = await began_of(client, every)
        ends = await whole(client.end_offsets(every))
        for one in every:
            began_ms, next_offset = told.get(one, (0, 0))
            if began_ms not in (0, began.get(one)):
                wanted = start
            elif ends[one] < next_offset:
                wanted = min(wanted, await _last_place(database, client, one, ends[one], at))
            elif ends[one] > next_offset:
                await _require_known(database, await _last(client, one, ends[one]), one)
    return TopicNow(wanted, {one.partition: began.get(one, 0) for one in told})


async def remember(database: Database, topic: str, now: TopicNow, *, is_refill: bool) -> None:
    """When each partition began, by which one that was made anew is known.

    Called once the earlier place is written down: whoever is killed before that looks again, and
    finds what is missing once more.
    """
    if is_refill:
        await database.pool.execute("delete from relayed_to where topic = $1", topic)
        return
    for partition, began_ms in now.began_ms.items():
        await database.pool.execute(_BEGAN, topic, partition, began_ms)


async def _last_place(
    database: Database, client: Any, partition: TopicPartition, end: int, at: LogPosition
) -> LogPosition:
    """Where the partition's last record lies in our table; the start when that cannot be told."""
    start = LogPosition(at.epoch, 0, 0)
    told = await _last(client, partition, end)
    if told is None:
        return start
    row = await database.pool.fetchrow(_PLACE, told.source, told.key, told.key_version)
    return start if row is None else LogPosition(at.epoch, row["txid"], row["row"])


async def _last(client: Any, partition: TopicPartition, end: int) -> Told | None:
    """The last fact of a partition, if its last record is one."""
    if end == 0:
        return None
    client.seek(partition, end - 1)
    try:
        found = await client.getmany(partition, timeout_ms=LAST_MS_MAX, max_records=1)
    except UnicodeDecodeError:
        return None
    for record in found.get(partition, []):
        source = source_of(partition.topic)
        told = read_record(source, record.key, record.headers, record.value, START)
        return None if isinstance(told, Garbled) else told
    return None


async def _require_known(database: Database, told: Told | None, partition: TopicPartition) -> None:
    if told is None:
        return
    found = (told.source, told.key, told.key_version, told.id)
    if not await database.pool.fetchval(_KNOWN, *found):
        raise HistoryForked(
            f"the topic {partition.topic} has a fact that our table has not: {told.key} version "
            f"{told.key_version}. The database is older than the topic: see the runbook"
        )
