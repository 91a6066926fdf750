"""The relay: publishes a service's facts on its topic; the table is kept, so a broker that lost
something is filled again.
"""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import murmur2

from beaconfire_contracts.envelope import LogPosition
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.database import Database
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.publisher import BATCH_ROWS_MAX, Publisher
from beaconfire_platform.log.kafka.record import record_headers
from beaconfire_platform.log.kafka.refill import TopicNow, look_at, remember
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.telling import AFTER, Row

KEYS_REMEMBERED_MAX: Final = 20_000
"""Of so many streams it is known where they go; to compute it anew costs 10 µs a fact."""
_READ: Final = "select (told).*, is_ahead from log.read_on($1, $2, $3, $4)"


@lru_cache(maxsize=KEYS_REMEMBERED_MAX)
def dealt_to(key: bytes) -> int:
    """The partition of a key, as every Kafka client would deal it (murmur2, Kafka's own)."""
    return (murmur2(key) & 0x7FFF_FFFF) % PARTITIONS


class Relay(Publisher):
    """Publishes the facts of one service."""

    def __init__(
        self,
        database: Database,
        settings: KafkaSettings,
        instance: str,
        presence: Presence,
        *,
        source: str | None = None,
    ) -> None:
        """`database` is the service's own; `source` is its name unless said otherwise."""
        self._source = source or database.service
        self._topic = settings.topic(self._source)
        self._topic_now: TopicNow | None = None
        self._unhanded = -1
        """Up to which of the rings for what nobody handed the table was read."""
        database.bell.has_relay = True
        super().__init__(database, settings, instance, presence, self._topic)

    async def _told_after(self, at: LogPosition) -> Sequence[Any]:
        # the order holds either way: what came from elsewhere would wait for the next look
        unhanded = self._database.bell.unhanded
        may_miss = self._is_held_up or unhanded != self._unhanded
        if not may_miss and (handed := self._handed_after(at)):
            return handed
        rows = await self._database.pool.fetch(_READ, at.txid, at.row, self._source, BATCH_ROWS_MAX)
        self._unhanded = unhanded
        return self._below(rows)

    def _handed_after(self, at: LogPosition) -> list[Row]:
        """What was told in this process since, where each comes after the one before for certain.

        Else nothing: some of it was told elsewhere, or may come before it yet.
        """
        place = at.txid, at.row
        later = [
            one for one in self._database.bell.handed
            if (one["txid"], one["row"]) > place and one["source"] == self._source
        ]  # fmt: skip
        later.sort(key=lambda one: (one["txid"], one["row"]))
        for one in later:
            if one[AFTER] is None or one[AFTER] > place:
                return []
            place = one["txid"], one["row"]
        return later

    async def _send(self, producer: AIOKafkaProducer, row: Any) -> asyncio.Future[Any]:
        key = row["key"].encode()
        return await producer.send(
            self._topic, row["data"].encode(), key, dealt_to(key), headers=record_headers(row)
        )

    def _ends(self, told: Sequence[Any]) -> dict[int, int]:
        return {one.partition: one.offset + 1 for one in told}

    async def _resume_at(self, at: LogPosition) -> LogPosition:
        self._database.bell.handed.clear()  # of a database that came back without it
        self._topic_now = await look_at(self._settings, self._database, self._topic, at)
        return self._topic_now.after

    async def _resumed(self, *, is_refill: bool) -> None:
        if self._topic_now is not None:
            await remember(self._database, self._topic, self._topic_now, is_refill=is_refill)
