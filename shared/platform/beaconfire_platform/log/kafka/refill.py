"""What a topic still has of what was published: a broker that lost some of it is filled again.

A broker acknowledges before its disk has everything, so a machine that dies can lose the newest
records of a topic, and a careless hand the whole of it. Our own table has them all.
"""

from typing import Any, Final

from aiokafka.structs import TopicPartition

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.database import Database
from beaconfire_platform.log.kafka.client import looking, whole
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.shard import began_at

LAST_MS_MAX: Final = 5_000
_BEGAN: Final = """
    update relayed_to set began_ms = $3 where topic = $1 and partition = $2
"""
_PLACE: Final = """
    select txid, row from log.fact where source = $1 and key = $2 and key_version = $3
"""


async def resume_at(
    database: Database, settings: KafkaSettings, topic: str, at: LogPosition
) -> LogPosition:
    """The place after which to publish: `at`, or an earlier one where the topic ends too early.

    Remembers when each partition began, by which one that was made anew is known.
    """
    told = {
        TopicPartition(topic, one["partition"]): (one["began_ms"], one["next_offset"])
        for one in await database.pool.fetch(
            "select partition, began_ms, next_offset from relayed_to where topic = $1", topic
        )
    }
    if not told:
        return at
    began = await began_at(settings, told)
    async with looking(settings) as client:
        client.assign(list(told))
        ends = await whole(client.end_offsets(list(told)))
        wanted, start = at, LogPosition(at.epoch, 0, 0)
        for one, (began_ms, next_offset) in told.items():
            if began_ms not in (0, began.get(one)):
                wanted = start
            elif ends[one] < next_offset:
                txid, row = await _last_place(database, client, one, ends[one])
                wanted = min(wanted, LogPosition(at.epoch, txid, row))
            await database.pool.execute(_BEGAN, topic, one.partition, began.get(one, 0))
    if wanted != at:
        await database.pool.execute("delete from relayed_to where topic = $1", topic)
    return wanted


async def _last_place(
    database: Database, client: Any, partition: TopicPartition, end: int
) -> tuple[int, int]:
    """Where the partition's last record lies in our table; the start when that cannot be told."""
    if end == 0:
        return 0, 0
    client.seek(partition, end - 1)
    found = await client.getmany(partition, timeout_ms=LAST_MS_MAX, max_records=1)
    if not found:
        return 0, 0
    [record] = found[partition]
    headers = dict(record.headers)
    row = await database.pool.fetchrow(
        _PLACE,
        headers.get("ce_source", b"").decode(),
        (record.key or b"").decode(),
        int(headers.get("ce_keyversion", b"0")),
    )
    return (0, 0) if row is None else (row["txid"], row["row"])
