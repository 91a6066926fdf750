"""What a topic still has of what was published: a broker that lost some of it is filled again.

A broker acknowledges before its disk has everything, so a machine that dies can lose the newest
records of a topic, and a careless hand the whole of it. Our own table has them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiokafka.structs import TopicPartition

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.database import Database
from beaconfire_platform.log.kafka.client import looking, whole
from beaconfire_platform.log.kafka.record import read_record
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.shard import began_at, source_of
from beaconfire_platform.log.port import Garbled

LAST_MS_MAX: Final = 5_000
_BEGAN: Final = """
    update relayed_to set began_ms = $3 where topic = $1 and partition = $2
"""
_PLACE: Final = """
    select txid, row from log.fact where source = $1 and key = $2 and key_version = $3
"""


@dataclass(frozen=True, slots=True)
class TopicNow:
    """After which place to publish, and when each partition that we told began."""

    after: LogPosition
    began_ms: Mapping[int, int]


async def look_at(
    settings: KafkaSettings, database: Database, topic: str, at: LogPosition
) -> TopicNow:
    """What the topic still has: `at`, or an earlier place where it ends too early."""
    told = {
        TopicPartition(topic, one["partition"]): (one["began_ms"], one["next_offset"])
        for one in await database.pool.fetch(
            "select partition, began_ms, next_offset from relayed_to where topic = $1", topic
        )
    }
    if not told:
        return TopicNow(at, {})
    began = await began_at(settings, told)
    async with looking(settings) as client:
        client.assign(list(told))
        ends = await whole(client.end_offsets(list(told)))
        wanted, start = at, LogPosition(at.epoch, 0, 0)
        for one, (began_ms, next_offset) in told.items():
            if began_ms not in (0, began.get(one)):
                wanted = start
            elif ends[one] < next_offset:
                wanted = min(wanted, await _last_place(database, client, one, ends[one], at))
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
    if end == 0:
        return start
    client.seek(partition, end - 1)
    try:
        found = await client.getmany(partition, timeout_ms=LAST_MS_MAX, max_records=1)
    except UnicodeDecodeError:
        return start
    if not found:
        return start
    [record] = found[partition]
    told = read_record(source_of(partition.topic), record.key, record.headers, record.value, at)
    if isinstance(told, Garbled):
        return start
    row = await database.pool.fetchrow(_PLACE, told.source, told.key, told.key_version)
    return start if row is None else LogPosition(at.epoch, row["txid"], row["row"])
