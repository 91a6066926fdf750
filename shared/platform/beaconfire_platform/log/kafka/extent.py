"""Of each partition that is read: when it began, and from which offset on it is there.

A position says which of them it means (`shard`); where it means what is there no more, it is told
from where to read instead.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.log.kafka.client import looking, whole
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.shard import began_of, epoch_at, shard_of
from beaconfire_platform.log.port import LogAway

LOOK_S_MAX: Final = 5.0
_log: Final = structlog.get_logger(__name__)


class Extents:
    """What one reader knows of its partitions."""

    def __init__(self, settings: KafkaSettings) -> None:
        """Nothing yet."""
        self._settings = settings
        self._epochs: dict[TopicPartition, int] = {}
        self._empty = set[TopicPartition]()
        self._starts: dict[TopicPartition, int] = {}
        self._beyond: dict[TopicPartition, int] = {}
        self._said: dict[TopicPartition, tuple[bool, int]] = {}
        self.lessons = 0
        """How often something was learnt by which an offset may be another."""

    async def learn(self, partitions: Iterable[TopicPartition]) -> None:
        """Ask the brokers anew about all that are read."""
        self._epochs.clear()
        await self._ask(partitions)
        self._empty.clear()

    async def know_epochs(self, partitions: Iterable[TopicPartition]) -> None:
        """Of those that were empty when we opened; another reader may have met their first, or it
        may be one that cannot be read.
        """
        unknown = [one for one in partitions if one not in self._epochs and one not in self._empty]
        if unknown:
            await self._ask(unknown)

    async def _ask(self, partitions: Iterable[TopicPartition]) -> None:
        wanted = list(partitions)
        self.lessons += 1
        async with looking(self._settings) as client:
            client.assign(wanted)
            began = await began_of(client, wanted)
            self._starts |= await whole(client.beginning_offsets(wanted))
        self._epochs |= {one: epoch_at(at) for one, at in began.items()}
        self._empty.update(one for one in wanted if one not in began)

    def epoch(self, partition: TopicPartition) -> int:
        """Of a partition; 0, which holds for any, while nothing on it says when it began."""
        return self._epochs.get(partition, 0)

    def epoch_with(self, partition: TopicPartition, written_ms: int) -> int:
        """The same, by the next record that is read; the first that has a time is the beginning."""
        if partition not in self._epochs and written_ms >= 0:
            self._epochs[partition] = epoch_at(written_ms)
            self.lessons += 1
        return self.epoch(partition)

    def offset(self, partition: TopicPartition, at: LogPosition) -> int:
        """A position's row is the offset of what comes next; another epoch's holds no longer.

        One beyond the end of what the brokers still have begins anew: versions tell the repeats.
        What is gone before the first that they have cannot be read by anybody.
        """
        beyond = self._beyond.get(partition)
        start = self._starts.get(partition, 0)
        if beyond == at.row:
            return start
        if beyond is not None:
            del self._beyond[partition]
        return max(start, at.row if at.epoch in (0, self.epoch(partition)) else 0)

    def tell_moved(self, partition: TopicPartition, at: LogPosition, offset: int) -> None:
        """Once, that what comes next is not what a position means."""
        mark = (at.row > offset, max(at.row, offset))  # who reads again lost no more by it
        if self._said.get(partition) == mark:
            return
        self._said[partition] = mark
        shard = shard_of(partition)
        if offset > at.row:
            _log.error("topic_lost_its_start", shard=shard, was=at.text(), lost=offset - at.row)
        elif self._beyond.get(partition) == at.row:
            _log.error("topic_lost_its_end", shard=shard, was=at.text())
        else:
            _log.error("topic_begins_anew", shard=shard, was=at.text())

    async def look_at(
        self, client: AIOKafkaConsumer, refused: Mapping[TopicPartition, int]
    ) -> None:
        """The brokers have no such offsets: what have they?"""
        wanted = list(refused)
        self.lessons += 1
        async with asyncio.timeout(LOOK_S_MAX):
            starts = await whole(client.beginning_offsets(wanted))
            ends = await whole(client.end_offsets(wanted))
        self._starts |= starts
        for one, offset in refused.items():
            if offset > ends[one]:
                self._beyond[one] = offset
            elif offset >= starts[one]:
                raise LogAway(f"{shard_of(one)} is refused from where it has more")

    async def require_same(self, client: AIOKafkaConsumer) -> None:
        """LogAway where one began at another moment than we know: it was made anew, or cut."""
        known = dict(self._epochs)  # who reads meanwhile learns of others
        async with asyncio.timeout(LOOK_S_MAX):
            began = await began_of(client, known)
        for one, epoch in known.items():
            if one not in began or epoch_at(began[one]) != epoch:
                raise LogAway(f"{shard_of(one)} began anew")
