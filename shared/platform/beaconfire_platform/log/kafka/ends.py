"""Where topics end: what a consumer's position is compared with, to say how far behind it is."""

import asyncio
from collections.abc import Iterable
from typing import Final

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from beaconfire_contracts.envelope import LogPosition
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.log.kafka.client import looking, whole
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.shard import began_of, epoch_at, shard_of
from beaconfire_platform.log.port import LogAway

LOOK_S_MAX: Final = 10.0


async def ends_of(settings: KafkaSettings, topics: Iterable[str]) -> dict[str, LogPosition]:
    """The place behind the last record of each shard; LogAway when no broker tells."""
    wanted = sorted(topics)
    partitions = [TopicPartition(topic, number) for topic in wanted for number in range(PARTITIONS)]
    try:
        async with asyncio.timeout(LOOK_S_MAX), looking(settings) as client:
            await _require(client, wanted)
            client.assign(partitions)
            began = await began_of(client, partitions)
            ends = await whole(client.end_offsets(partitions))
    except LogAway:
        raise
    except (KafkaError, OSError, TimeoutError) as error:
        raise LogAway(settings.unreached) from error
    return {
        shard_of(one): LogPosition(epoch_at(began[one]) if one in began else 0, 0, end)
        for one, end in ends.items()
    }


async def _require(client: AIOKafkaConsumer, wanted: list[str]) -> None:
    """A client that is asked for the end of what is not there asks for ever."""
    there = await whole(client.topics())
    missing = [topic for topic in wanted if topic not in there]
    if missing:
        raise LogAway(f"the topic {missing[0]} is not there: make it with log topics")


def facts_behind(at: LogPosition | None, end: LogPosition) -> int:
    """How many records come after a position; all of them where the topic began anew since."""
    is_of_now = at is not None and at.epoch in (0, end.epoch)
    return max(0, end.row - at.row) if at is not None and is_of_now else end.row
