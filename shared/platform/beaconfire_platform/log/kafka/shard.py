"""Shards of the log on Kafka: a shard is a partition, and its epoch is when it began.

A topic that was lost and made anew begins at another moment, so positions of the old one are known
to hold no longer; reading it from its beginning repeats facts, which versions tell (R5).
"""

from collections.abc import Iterable
from typing import Final

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from beaconfire_platform.log.kafka.client import whole

BEGAN_FROM_MS: Final = 1_577_836_800_000
"""2020-01-01: seconds since then fit the column of an epoch until 2088."""
EPOCH_MAX: Final = 2**31 - 1


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
    return min(max(1, (began_ms - BEGAN_FROM_MS) // 1_000), EPOCH_MAX)


async def began_of(
    client: AIOKafkaConsumer, partitions: Iterable[TopicPartition]
) -> dict[TopicPartition, int]:
    """When each partition's first record was written (Unix ms); absent are those that have none
    that says when.

    The broker is asked, not the records: the first of them may be one that no client can read.
    """
    found = await whole(client.offsets_for_times(dict.fromkeys(partitions, 0)))
    return {one: first.timestamp for one, first in found.items() if first is not None}
