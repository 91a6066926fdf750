"""The log on Apache Kafka, as a consumer's service sees it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from beaconfire_contracts.envelope import LogPosition
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.database import Database
from beaconfire_platform.log.kafka.client import looking, whole
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.reader import KafkaReader, Turn
from beaconfire_platform.log.kafka.record import read_fetched
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.shard import (
    began_of,
    epoch_at,
    partition_of,
    source_of,
)
from beaconfire_platform.log.lease import Lease
from beaconfire_platform.log.members import Members
from beaconfire_platform.log.port import LogAway, Read, Share

PAST_S_MAX: Final = 5.0


class AllOrNothing:
    """A turn of one among many: who has the lease has every shard."""

    def __init__(self, lease: Lease) -> None:
        """Over a lease of the consumer's name."""
        self._lease = lease

    async def share(self, shards: tuple[str, ...]) -> frozenset[str]:
        """All of them, or none."""
        return frozenset(shards if await self._lease.keep() else ())

    async def leave(self) -> None:
        """Let another have them."""
        await self._lease.release()


class Everything:
    """A turn of everybody: each has every shard."""

    async def share(self, shards: tuple[str, ...]) -> frozenset[str]:
        """All of them."""
        return frozenset(shards)

    async def leave(self) -> None:
        """Nobody waits for it."""


class KafkaLog:
    """Topics of facts, read by one service whose positions are in its own database."""

    def __init__(
        self, settings: KafkaSettings, database: Database, instance: str, presence: Presence
    ) -> None:
        """`instance` names this process among those of its service."""
        self._settings = settings
        self._database = database
        self._instance = instance
        self._presence = presence

    def reader(
        self,
        consumer: str,
        sources: frozenset[str],
        *,
        share: Share = Share.DEALT,
        gather_s: float = 0.0,
    ) -> KafkaReader:
        """A reader of the topics of these sources.

        What every process hears for its memory comes rarely, and then at once: a broker that let
        it gather would answer ten times a second that there is nothing.
        """
        gather_s = 0.0 if share is Share.EVERYBODY else gather_s
        turn = self._turn(consumer, share)
        topics = tuple(self._settings.topic(source) for source in sorted(sources))
        return KafkaReader(self._settings, self._presence, topics, turn, gather_s=gather_s)

    def _turn(self, consumer: str, share: Share) -> Turn:
        if share is Share.EVERYBODY:
            return Everything()
        if share is Share.ALONE:
            return AllOrNothing(Lease(self._database, f"consumer/{consumer}", self._instance))
        return Members(self._database, consumer, self._instance)

    async def shards(self, sources: frozenset[str]) -> tuple[str, ...]:
        """Every partition of the topics of these sources."""
        return tuple(
            f"{self._settings.topic(source)}/{number}"
            for source in sorted(sources)
            for number in range(PARTITIONS)
        )

    async def place_at(self, shard: str, moment: datetime) -> LogPosition:
        """The offset of the first record published from a moment on; a fact is told before that."""
        partition = partition_of(shard)
        try:
            async with asyncio.timeout(PAST_S_MAX), looking(self._settings) as client:
                client.assign([partition])
                found = await whole(
                    client.offsets_for_times({partition: int(moment.timestamp() * 1_000)})
                )
                if (first := found.get(partition)) is not None:
                    return LogPosition(0, 0, first.offset)
                ends = await whole(client.end_offsets([partition]))
        except (KafkaError, OSError, TimeoutError) as error:
            raise LogAway(self._settings.unreached) from error
        return LogPosition(0, 0, ends[partition])

    async def read_each(
        self, shard: str, sources: frozenset[str], places: Sequence[LogPosition]
    ) -> Sequence[Read | None]:
        """The record after each place of one partition; none where it began anew since."""
        partition = partition_of(shard)
        if source_of(partition.topic) not in sources:
            return [None] * len(places)
        try:
            async with asyncio.timeout(PAST_S_MAX), looking(self._settings) as client:
                client.assign([partition])
                began = (await began_of(client, [partition])).get(partition)
                start = (await whole(client.beginning_offsets([partition])))[partition]
                end = (await whole(client.end_offsets([partition])))[partition]
                epoch = 0 if began is None else epoch_at(began)
                there = range(start, end)
                return [await _record(client, partition, epoch, there, at) for at in places]
        except (KafkaError, OSError, TimeoutError) as error:
            raise LogAway(self._settings.unreached) from error


async def _record(
    client: AIOKafkaConsumer,
    partition: TopicPartition,
    epoch: int,
    there: range,
    after: LogPosition,
) -> Read | None:
    if after.epoch not in (0, epoch) or after.row not in there:
        return None
    client.seek(partition, after.row)
    found = await client.getmany(partition, timeout_ms=int(PAST_S_MAX * 1_000), max_records=1)
    for record in found.get(partition, []):
        return read_fetched(source_of(partition.topic), record, epoch)
    return None
