"""What a topic still has of what was published: a broker that lost some of it is filled again.

A broker acknowledges before its disk has everything, so a machine that dies can lose the newest
records of a topic, and a careless hand the whole of it. Our own table has them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiokafka.errors import KafkaTimeoutError
from aiokafka.structs import TopicPartition

from beaconfire_contracts.envelope import Envelope, LogPosition
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.database import Database
from beaconfire_platform.log.kafka.client import looking, whole
from beaconfire_platform.log.kafka.record import read_fetched
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.shard import began_of, shard_of, source_of
from beaconfire_platform.our_words import InOurWords

_KNOWN: Final = """
    select exists (select from log.fact
                   where source = $1 and key = $2 and key_version = $3 and id = $4)
"""
LAST_MS_MAX: Final = 5_000
UNKNOWN: Final = 0
"""When a partition began of which nobody asked since something was told on it."""
EMPTY: Final = -1
"""When one began that had nothing yet, or nothing any more."""
AT_ONCE_MIN: Final = 64
"""Nearly always the last of them is ours; else so many more are looked at each time, fourfold."""
AT_ONCE_MAX: Final = 16_384
_BEGAN: Final = """
    update relayed_to set began_ms = $3 where topic = $1 and partition = $2
"""
# Where it ended counts no longer; that it began so is no reason to fill it once more.
_FORGET_ENDS: Final = """
    with gone as (delete from relayed_to where topic = $1 and partition <> all ($2))
    insert into relayed_to (topic, partition, began_ms, next_offset)
    select $1, partition, began_ms, 0 from unnest($2::int[], $3::bigint[])
        as now (partition, began_ms)
    on conflict (topic, partition) do update
        set began_ms = excluded.began_ms, next_offset = excluded.next_offset
"""
_PLACE: Final = """
    select txid, row from log.fact where source = $1 and key = $2 and key_version = $3 and id = $4
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

    HistoryForked when it has what our table has not (R7): what this service may have told, for
    what others put there proves nothing.
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
        starts = await whole(client.beginning_offsets(every))
        ends = await whole(client.end_offsets(every))
        for one in every:
            began_ms, next_offset = told.get(one, (UNKNOWN, 0))
            lost_start = began_ms == UNKNOWN and next_offset and starts[one]
            if lost_start or began_ms not in (UNKNOWN, EMPTY, began.get(one)):
                wanted = start
            elif ends[one] < next_offset:
                there = range(starts[one], ends[one])
                wanted = min(wanted, await _last_place(database, client, one, there, at))
            else:
                there = range(max(starts[one], next_offset), ends[one])
                await _require_known(database, await _last_of_ours(client, one, there), one)
    return TopicNow(wanted, {one.partition: began.get(one, EMPTY) for one in every})


async def remember(database: Database, topic: str, now: TopicNow, *, is_refill: bool) -> None:
    """When each partition began, by which one that was made anew is known.

    Called once the earlier place is written down: whoever is killed before that looks again, and
    finds what is missing once more.
    """
    if is_refill:
        await database.pool.execute(_FORGET_ENDS, topic, [*now.began_ms], [*now.began_ms.values()])
        return
    for partition, began_ms in now.began_ms.items():
        await database.pool.execute(_BEGAN, topic, partition, began_ms)


async def _last_place(
    database: Database, client: Any, partition: TopicPartition, there: range, at: LogPosition
) -> LogPosition:
    """Where the partition's last record lies in our table; the start when that cannot be told."""
    start = LogPosition(at.epoch, 0, 0)
    [*_, told] = [None, *await _facts(client, partition, there[-1:])]
    if told is None:
        return start
    row = await database.pool.fetchrow(_PLACE, told.source, told.key, told.key_version, told.id)
    return start if row is None else LogPosition(at.epoch, row["txid"], row["row"])


async def _last_of_ours(
    client: Any, partition: TopicPartition, there: range
) -> Envelope[Any] | None:
    """The last of these that can be a fact of ours: whole, and of a type that this build tells.

    What others put behind it says nothing of our history, neither that it goes on nor that it is
    another; so it is looked behind, however much of it there is.
    """
    at_once = AT_ONCE_MIN
    while there:
        found = await _facts(client, partition, there[-at_once:])
        if found:
            return found[-1]
        there, at_once = there[:-at_once], min(at_once * 4, AT_ONCE_MAX)
    return None


async def _facts(client: Any, partition: TopicPartition, there: range) -> list[Envelope[Any]]:
    """Those of these records that are facts which this build reads."""
    found: list[Envelope[Any]] = []
    if not there:
        return found
    client.seek(partition, there.start)
    while await client.position(partition) < there.stop:
        came = await client.getmany(partition, timeout_ms=LAST_MS_MAX, max_records=len(there))
        for record in came.get(partition, []):
            told = read_fetched(source_of(partition.topic), record, 0)
            if isinstance(told, Envelope) and record.offset in there:
                found.append(told)
        if not came and await client.position(partition) < there.stop:
            raise KafkaTimeoutError(f"nothing came of {shard_of(partition)}")
    return found


async def _require_known(
    database: Database, told: Envelope[Any] | None, partition: TopicPartition
) -> None:
    if told is None:
        return
    found = (told.source, told.key, told.key_version, told.id)
    if not await database.pool.fetchval(_KNOWN, *found):
        raise HistoryForked(
            f"the topic {partition.topic} has a fact that our table has not: {told.key} version "
            f"{told.key_version}. The database is older than the topic: see the runbook"
        )
