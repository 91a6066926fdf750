"""The harness of the log on Kafka: the same writers, consumers and trace, over a real broker."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import TopicPartition

from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.database import Database
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.kafka.client import looking
from beaconfire_platform.log.kafka.log import KafkaLog
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.relay import Relay
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.shard import shard_of
from beaconfire_platform.log.kafka.topics import FOR_EVER, Topic, make_topics
from beaconfire_platform.log.port import FactLog, Share
from beaconfire_testkit.log_harness import WRITER, BeforeEffect, LogHarness

DRAINED_S_MAX: Final = 30.0
_UNPUBLISHED: Final = """
    select exists (
        select 1 from log.fact f left join relayed r on true
        where f.source = $1 and (f.txid, f.row) > (coalesce(r.txid, 0), coalesce(r.row, 0)))
"""


class KafkaHarness(LogHarness):
    """One real log on Kafka, with a relay that publishes what the writing service told."""

    share = Share.ALONE
    relay_kind: type[Relay] = Relay
    """What publishes: a harness with a planted fault has another."""

    def __init__(self, owner_dsn: str, bootstrap: str) -> None:
        """`bootstrap` names a broker on which topics may be made."""
        super().__init__(owner_dsn)
        self.settings = KafkaSettings(bootstrap, prefix=f"t{os.getpid()}-{new_id()[-12:]}")
        self._made: list[Consumer] = []
        self.relay: Relay

    @property
    def topic(self) -> str:
        """The topic of the writing service."""
        return self.settings.topic(WRITER)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["KafkaHarness"]:
        """With a topic of its own, which is deleted at the end."""
        await make_topics(self.settings, [Topic(WRITER, PARTITIONS, FOR_EVER)])
        async with super().running():
            presence = Presence(self.settings)
            self.log = KafkaLog(self.settings, self.reader, "one", presence)
            self.relay = self.relay_kind(self.writer, self.settings, "one", presence)
            publishing = asyncio.create_task(self.relay.run())
            try:
                yield self
            finally:
                publishing.cancel()
                await asyncio.gather(publishing, return_exceptions=True)
                for consumer in self._made:
                    await consumer.close()
                await self._delete_topic()

    async def _delete_topic(self) -> None:
        admin = AIOKafkaAdminClient(**self.settings.client("test"))
        await admin.start()
        try:
            await admin.delete_topics([self.topic])
        finally:
            await admin.close()

    async def put(
        self, key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]
    ) -> None:
        """One record of anybody's making on the topic."""
        async with AIOKafkaProducer(**self.settings.client("test")) as producer:
            await producer.send_and_wait(self.topic, value, key, headers=headers)

    def consumer(
        self,
        name: str,
        *,
        log: FactLog | None = None,
        database: Database | None = None,
        before_effect: BeforeEffect | None = None,
        batch: int = 50,
        replay: bool = False,
    ) -> Consumer:
        """As ever, and closed at the end."""
        made = super().consumer(
            name,
            log=log,
            database=database,
            before_effect=before_effect,
            batch=batch,
            replay=replay,
        )
        self._made.append(made)
        return made

    async def published(self) -> None:
        """Wait until everything told so far is on the topic."""
        async with asyncio.timeout(DRAINED_S_MAX):
            while await self._unpublished():
                await self.writer.bell.wait(0.01)

    async def _unpublished(self) -> bool:
        return bool(await self.writer.pool.fetchval(_UNPUBLISHED, WRITER))

    async def drain(self, consumer: Consumer) -> None:
        """Let everything told so far take effect: wait for the relay, then for the consumer."""
        await self.published()
        ends = await self._ends()
        async with asyncio.timeout(DRAINED_S_MAX):
            while await consumer.step() or self._is_behind(consumer, ends):
                await self.writer.bell.wait(0.001)

    async def _ends(self) -> dict[str, int]:
        async with looking(self.settings) as client:
            ends = await client.end_offsets(
                [TopicPartition(self.topic, number) for number in range(PARTITIONS)]
            )
        return {shard_of(one): end for one, end in ends.items()}

    @staticmethod
    def _is_behind(consumer: Consumer, ends: dict[str, int]) -> bool:
        at = consumer.health.positions
        return any(shard not in at or at[shard].row < end for shard, end in ends.items())
