"""Shards of the log on Kafka: a shard is a partition, and its epoch is when it began.

A topic that was lost and made anew begins at another moment, so positions of the old one are known
to hold no longer; reading it from its beginning repeats facts, which versions tell (R5).
"""

from collections.abc import Iterable
from typing import Any, Final

from aiokafka.structs import TopicPartition

from beaconfire_platform.log.kafka.client import looking, whole
from beaconfire_platform.log.kafka.settings import KafkaSettings

BEGAN_FROM_MS: Final = 1_577_836_800_000
"""2020-01-01: seconds since then fit the column of an epoch until 2088."""
FIRST_S_MAX: Final = 5.0
FIRST_BYTES_MAX: Final = 1_024
"""Of each partition one record is wanted; a broker sends a whole one though it is larger."""


def shard_of(partition: TopicPartition) -> str:
    """As `beaconfire.geo.v1/3`."""
    return f"{partition.topic}/{partition.partition}"


def partition_of(shard: str) -> TopicPartition:
    """The partition that a shard's name means."""
    topic, _, number = shard.rpartition("/")
    return TopicPartition(topic, int(number))


def source_of(topic: str) -> str:
    """Whose facts a topic holds: `geo` for `beaconfire.geo.v1`."""
    return topic.split(".")[-2]


def epoch_at(began_ms: int) -> int:
    """The epoch of a shard whose first record was written at a moment (Unix ms); never 0."""
    return max(1, (began_ms - BEGAN_FROM_MS) // 1_000)


async def began_at(
    settings: KafkaSettings, partitions: Iterable[TopicPartition]
) -> dict[TopicPartition, int]:
    """When each partition's first record was written (Unix ms); those that are empty are absent."""
    wanted = list(partitions)
    async with looking(settings, max_partition_fetch_bytes=FIRST_BYTES_MAX) as client:
        client.assign(wanted)
        ends = await whole(client.end_offsets(wanted))
        left = {one for one in wanted if ends[one] > 0}
        client.assign(list(left))
        for one in left:
            client.seek(one, 0)
        found: dict[TopicPartition, int] = {}
        while left:
            records: dict[TopicPartition, list[Any]] = await client.getmany(
                *left, timeout_ms=int(FIRST_S_MAX * 1_000)
            )
            if not records:
                raise TimeoutError("the first records did not come")
            for one, batch in records.items():
                found[one] = batch[0].timestamp
                client.pause(one)
                left.discard(one)
        return found
