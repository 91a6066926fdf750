"""The harness of the log on Kafka: the same writers, consumers and trace, over a real broker."""

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaConnectionError
from aiokafka.structs import TopicPartition

from beaconfire_contracts.envelope import LogPosition
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.database import Database
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.kafka.client import by_controller, looking
from beaconfire_platform.log.kafka.log import KafkaLog
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.relay import Relay
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.shard import shard_of
from beaconfire_platform.log.kafka.topics import FOR_EVER, Topic, make_topics
from beaconfire_platform.log.port import FactLog, Share
from beaconfire_testkit.log_harness import LOOKS, WRITER, BeforeEffect, LogHarness

DRAINED_S_MAX: Final = 30.0
RECORD_BYTES_MAX: Final = 3_000_000
SET_ON_TOPIC: Final = 1
"""Kafka's word for a setting of the topic's own, and of no broker (`DYNAMIC_TOPIC_CONFIG`)."""
_UNPUBLISHED: Final = """
    select exists (
        select 1 from log.fact f left join relayed r on true
        where f.source = $1 and (f.txid, f.row) > (coalesce(r.txid, 0), coalesce(r.row, 0)))
"""


class MortalRelay(Relay):
    """A relay that may die as a process does: nothing given back, nothing flushed or closed."""

    is_dead = False
    looks = 0
    """How often it looked for something to publish, and was through with it."""
    asked_for = 0
    """How many facts it asked the database for: the others were handed to it."""

    def _below(self, rows: Sequence[Any]) -> list[Any]:
        self.asked_for += len(rows)
        return super()._below(rows)

    async def step(self) -> int:
        """As ever, and counted."""
        sent = await super().step()
        self.looks += 1
        return sent

    async def close(self) -> None:
        """As ever, while it lives."""
        if not self.is_dead:
            await super().close()

    async def bury(self) -> None:
        """Close at last what it left open."""
        await self._discard()


class MortalConsumer(Consumer):
    """A consumer whose process may die, giving nothing back, or stand still for a while."""

    is_dead = False

    def __init__(self, name: str, **given: Any) -> None:
        """Going on."""
        super().__init__(name, **given)
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def step(self) -> int:
        """As ever, once it goes on."""
        await self.goes_on.wait()
        return await super().step()

    async def close(self) -> None:
        """As ever, while it lives."""
        if not self.is_dead:
            await super().close()

    async def bury(self) -> None:
        """Close at last what it left open."""
        await super().close()


class KafkaHarness(LogHarness):
    """One real log on Kafka, with a relay that publishes what the writing service told."""

    share = Share.ALONE
    relay_kind: type[MortalRelay] = MortalRelay
    """What publishes: a harness with a planted fault has another."""

    def __init__(self, owner_dsn: str, bootstrap: str, *, replication: int = 1) -> None:
        """`bootstrap` names brokers on which topics may be made, with so many copies."""
        super().__init__(owner_dsn)
        self.settings = KafkaSettings(
            bootstrap, prefix=f"t{os.getpid()}-{new_id()[-12:]}", replication=replication
        )
        self.presence = Presence(self.settings)
        self._made: list[Consumer] = []
        self._relays: list[tuple[MortalRelay, asyncio.Task[None]]] = []

    @property
    def topic(self) -> str:
        """The topic of the writing service."""
        return self.settings.topic(WRITER)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["KafkaHarness"]:
        """With a topic of its own, which is deleted at the end."""
        await self.make_topic()
        async with super().running():
            self.log = self.log_of("one")
            self.start_relay()
            try:
                yield self
            finally:
                for consumer in self._made:
                    await consumer.close()
                for relay, task in self._relays:
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)
                    await relay.bury()
                await self.delete_topic()

    def log_of(self, instance: str) -> FactLog:
        """The log as another process of the reading service has it."""
        return KafkaLog(self.settings, self.reader, instance, self.presence)

    @property
    def relay(self) -> MortalRelay:
        """The relay that was started last."""
        return self._relays[-1][0]

    def start_relay(self, instance: str = "one") -> MortalRelay:
        """A relay in another process of the writing service; one of a dead one's name follows it
        at once.
        """
        relay = self.relay_kind(self.writer, self.settings, instance, self.presence)
        self._relays.append((relay, asyncio.create_task(relay.run())))
        return relay

    async def kill_relay(self) -> None:
        """The one that was started last dies without a word."""
        relay, task = self._relays[-1]
        relay.is_dead = True
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def stop_relay(self) -> None:
        """The one that was started last ends as it should."""
        _, task = self._relays[-1]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def relay_ends(self) -> None:
        """Wait until the one that was started last ends by itself."""
        _, task = self._relays[-1]
        await task

    async def make_topic(self) -> None:
        """Make the topic unless it is there."""
        made = await make_topics(self.settings, [Topic(WRITER, PARTITIONS, FOR_EVER)])
        if made:
            await self._take_large_records()

    async def set_on_topic(self) -> dict[str, str]:
        """What is set on the topic itself; a broker that has not heard of it yet is asked again."""
        asked = ConfigResource(ConfigResourceType.TOPIC, self.topic)
        admin = AIOKafkaAdminClient(**self.settings.client("test"))
        await admin.start()
        try:
            while not (found := _set_of_topic(await admin.describe_configs([asked]))):  # noqa: ASYNC110  (it tells nobody)
                await asyncio.sleep(0.05)
        finally:
            await admin.close()
        return found

    async def _take_large_records(self) -> None:
        """A broker takes a megabyte by default; what lies on a topic may be larger.

        What is altered takes the place of all that was set: the rest is set again beside it.
        """
        wanted = await self.set_on_topic() | {"max.message.bytes": str(RECORD_BYTES_MAX)}
        admin = AIOKafkaAdminClient(**self.settings.client("test"))
        await admin.start()
        try:
            await admin.alter_configs(
                [ConfigResource(ConfigResourceType.TOPIC, self.topic, configs=wanted)]
            )
        finally:
            await admin.close()

    async def delete_topic(self) -> None:
        """Delete the topic with all that is in it, and wait until it is gone."""
        admin = AIOKafkaAdminClient(**self.settings.client("test"))
        await admin.start()
        try:
            while not await self._deleted(admin):  # noqa: ASYNC110  (it tells nobody)
                await asyncio.sleep(0.05)
            while self.topic in await admin.list_topics():  # noqa: ASYNC110  (it tells nobody)
                await asyncio.sleep(0.01)
        finally:
            await admin.close()

    async def _deleted(self, admin: AIOKafkaAdminClient) -> bool:
        try:
            await by_controller(admin.delete_topics([self.topic]))
        except KafkaConnectionError:
            return False
        return True

    async def put(
        self,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes | None]],
        partition: int | None = None,
    ) -> None:
        """One record of anybody's making on the topic."""
        async with AIOKafkaProducer(
            **self.settings.client("test"), max_request_size=RECORD_BYTES_MAX
        ) as producer:
            await producer.send_and_wait(
                self.topic, value, key, headers=list(headers), partition=partition
            )

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

    async def look_past(self, consumer: Consumer) -> None:
        """Let the relay look at what is there by now, and then whoever reads what it published."""
        before = self.relay.looks
        async with asyncio.timeout(DRAINED_S_MAX):
            while self.relay.looks < before + LOOKS:
                await self.writer.bell.wait(0.005)
        await super().look_past(consumer)

    async def place(self) -> tuple[int, int] | None:
        """Up to where in our own table everything is published, as it is written down."""
        found = await self.writer.pool.fetchrow(
            "select txid, row from relayed where topic = $1", self.topic
        )
        return None if found is None else (found["txid"], found["row"])

    async def published(self) -> None:
        """Wait until everything told so far is on the topic."""
        async with asyncio.timeout(DRAINED_S_MAX):
            while await self._unpublished():
                await self.writer.bell.wait(0.01)

    async def _unpublished(self) -> bool:
        return bool(await self.writer.pool.fetchval(_UNPUBLISHED, WRITER))

    async def records(self) -> list[Any]:
        """Everything on the topic as a consumer reads it; each partition's in order."""
        sources = frozenset({WRITER})
        found: list[Any] = []
        for shard, end in (await self._ends()).items():
            places = [LogPosition(0, 0, row) for row in range(end)]
            found.extend(await self.log.read_each(shard, sources, places))
        return found

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


def _set_of_topic(answers: Sequence[Any]) -> dict[str, str]:
    return {
        one["config_names"]: one["config_value"]
        for answer in answers
        for found in answer.to_object()["resources"]
        for one in found["config_entries"]
        if one["config_source"] == SET_ON_TOPIC
    }
