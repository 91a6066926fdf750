"""One consumer's end of the log on Kafka: partitions that are ours, read from our own positions.

The client is thrown away on any error of its own, when no broker is there, and when it stands still
though there is more (R18); the next call begins anew.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from aiokafka.structs import TopicPartition

from beaconfire_contracts.envelope import LogPosition
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.database import TROUBLE
from beaconfire_platform.log.kafka.client import begin, past_client, stop, whole
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.record import read_record
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.shard import (
    began_at,
    epoch_at,
    partition_of,
    shard_of,
    source_of,
)
from beaconfire_platform.log.members import RENEW_S
from beaconfire_platform.log.patience import end_if_cancelled
from beaconfire_platform.log.port import Batch, Facts, Garbled, LogAway, Read

STEP_S_MAX: Final = 20.0
"""Who takes longer for a batch stands still, and loses its shards to another."""
STALLED_S_MAX: Final = 30.0
"""A client that gives nothing for so long though there is more has died on its feet (R18)."""
LOOK_S: Final = 10.0
LOOK_S_MAX: Final = 5.0
GATHERED_BYTES: Final = 65_536
"""So much is sent at once, however briefly it gathered: some hundred facts."""
ALONE_MS_MAX: Final = 500
"""For one record of one partition, once the client fell over one of them."""
ILLEGIBLE: Final = "the name of a header, its own or one before it in its batch, is not UTF-8"
_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Illegible:
    """Stands for a record that the client itself cannot take apart."""

    offset: int
    timestamp: int = 0


class Turn(Protocol):
    """Says which shards are ours now."""

    async def share(self, shards: tuple[str, ...]) -> frozenset[str]:
        """Our part of these."""
        ...

    async def leave(self) -> None:
        """Let the others have our part."""
        ...


class KafkaReader:
    """Reads the partitions that are its turn."""

    def __init__(
        self,
        settings: KafkaSettings,
        presence: Presence,
        topics: tuple[str, ...],
        turn: Turn,
        *,
        gather_s: float = 0.0,
    ) -> None:
        """Nothing is opened before the first `shards()`. The broker lets records gather: an answer
        for each would cost it and us more than what is done with them.
        """
        self._gathering = (
            {"fetch_min_bytes": GATHERED_BYTES, "fetch_max_wait_ms": int(gather_s * 1_000)}
            if gather_s
            else {}
        )
        self._settings = settings
        self._presence = presence
        self._topics = topics
        self._turn = turn
        self._client: AIOKafkaConsumer | None = None
        self._all: tuple[str, ...] = ()
        self._epochs: dict[TopicPartition, int] = {}
        self._empty = set[TopicPartition]()
        self._next: dict[TopicPartition, int] = {}
        self._beyond: dict[TopicPartition, int] = {}
        self._come: dict[TopicPartition, deque[Any]] = {}
        self._moved_at = 0.0
        self._looked_at = 0.0
        self._looked_back_at = 0.0

    async def shards(self) -> frozenset[str]:
        """What is our turn, once every topic is there."""
        async with self._minding():
            if self._client is None:
                await self._open()
            return await self._turn.share(self._all)

    @asynccontextmanager
    async def steady(self) -> AsyncGenerator[None]:
        """Whoever claims a shard has a higher fence, and ours is refused; so we show that we live.

        Else two who are slow would take their shards from each other for ever.
        """
        loop = asyncio.get_running_loop()
        renewing: list[asyncio.Task[None]] = []
        timer = loop.call_later(
            RENEW_S, lambda: renewing.append(loop.create_task(self._show_life()))
        )
        try:
            yield
        finally:
            timer.cancel()
            for task in renewing:
                task.cancel()
                await asyncio.wait({task})

    async def _show_life(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(STEP_S_MAX):
                while True:
                    with suppress(*TROUBLE):
                        await self._turn.share(self._all)
                    end_if_cancelled()
                    await asyncio.sleep(RENEW_S)

    async def take(self, after: Mapping[str, LogPosition], limit: int) -> Batch:
        """At most `limit` records after these positions, as far as they have come by now."""
        wanted = {partition_of(shard): at for shard, at in after.items()}
        async with self._minding():
            await self._look_back()
            await self._know_epochs(one for one, at in wanted.items() if at.row)
            self._follow(wanted)
            if not self._has_come:
                await self._fetch(0)
            return self._read(limit)

    def ahead(self) -> Facts:
        """A partition has its end."""
        return ()

    async def behind(self, at: Mapping[str, LogPosition]) -> int | None:
        """By the ends of which the broker told with what it sent last; it is not asked anew."""
        if self._client is None:
            return None
        waiting = 0
        for shard, position in at.items():
            partition = partition_of(shard)
            end = self._end(partition)
            if end is None:
                return None
            waiting += max(0, end - self._offset(partition, position))
        return waiting

    async def ends(self, shards: frozenset[str]) -> Mapping[str, LogPosition]:
        """By what the broker told with what it sent last; it is not asked anew."""
        return {
            shard_of(one): LogPosition(self._epochs.get(one, 0), 0, end)
            for one in map(partition_of, shards)
            if (end := self._end(one)) is not None
        }

    def _end(self, partition: TopicPartition) -> int | None:
        """The offset of what comes next on it, as far as we have heard."""
        if self._client is None or partition not in self._client.assignment():
            return None
        return self._client.highwater(partition)

    async def wait(self, timeout_s: float) -> None:
        """Until something comes, or for so long."""
        if self._client is None or not self._next:
            await asyncio.sleep(timeout_s)
            return
        async with self._minding():
            if not self._has_come:
                await self._fetch(timeout_s)
            if not self._has_come:
                await self._look()

    async def close(self) -> None:
        """Throw the client away and let the others have our part."""
        await self._discard()
        with suppress(*TROUBLE):
            await self._turn.leave()

    async def _open(self) -> None:
        if not await self._presence.is_here():
            raise LogAway(self._settings.unreached)
        client = past_client(self._settings, **self._gathering)
        self._client = client
        try:
            await self._begin(client)
        except BaseException:  # also when we are cancelled: half open it would serve nobody
            await self._discard()
            raise

    async def _begin(self, client: AIOKafkaConsumer) -> None:
        await begin(client)
        there = await whole(client.topics())
        missing = [topic for topic in self._topics if topic not in there]
        if missing:
            raise LogAway(f"the topic {missing[0]} is not there: make the topics first")
        partitions = [
            TopicPartition(topic, number) for topic in self._topics for number in range(PARTITIONS)
        ]
        began = await began_at(self._settings, partitions)
        self._epochs = {one: epoch_at(at) for one, at in began.items()}
        self._empty.clear()
        self._all = tuple(shard_of(one) for one in partitions)
        now = asyncio.get_running_loop().time()
        self._moved_at = self._looked_at = self._looked_back_at = now

    @asynccontextmanager
    async def _minding(self) -> AsyncGenerator[None]:
        """What goes wrong with the client ends the client."""
        try:
            yield
        except KafkaError as error:
            await self._discard()
            raise LogAway(f"{type(error).__name__} of the client of {self._topics}") from error
        except (LogAway, TimeoutError):
            await self._discard()
            raise

    async def _discard(self) -> None:
        client, self._client = self._client, None
        self._next.clear()
        self._come.clear()
        if client is not None:
            await stop(client)

    def _follow(self, wanted: Mapping[TopicPartition, LogPosition]) -> None:
        """Be where these positions are: partitions may have come, gone, or been taken back."""
        client = self._opened
        if wanted.keys() != self._next.keys():
            client.assign(list(wanted))
            self._next.clear()
            self._come.clear()
        for one, at in wanted.items():
            offset = self._offset(one, at)
            if self._next.get(one) != offset:
                if offset != at.row:
                    _log.error("topic_begins_anew", shard=shard_of(one), was=at.text())
                client.seek(one, offset)
                self._next[one] = offset
                self._come.pop(one, None)

    def _offset(self, partition: TopicPartition, at: LogPosition) -> int:
        """A position's row is the offset of what comes next; another epoch's holds no longer.

        One beyond the end of what the brokers still have begins anew: versions tell the repeats.
        """
        beyond = self._beyond.get(partition)
        if beyond == at.row:
            return 0
        if beyond is not None:
            del self._beyond[partition]
        epoch = self._epochs.get(partition, 0)
        return at.row if at.epoch in (0, epoch) else 0

    @property
    def _opened(self) -> AIOKafkaConsumer:
        if self._client is None:
            raise LogAway("the client was closed meanwhile")
        return self._client

    @property
    def _has_come(self) -> bool:
        return any(self._come.values())

    async def _fetch(self, timeout_s: float) -> None:
        client = self._opened
        try:
            found = await client.getmany(timeout_ms=int(timeout_s * 1_000))
        except UnicodeDecodeError:
            found = await self._one_by_one(client)
        except OffsetOutOfRangeError as error:
            found = {}
            for one, offset in error.args[0].items():
                _log.error("topic_lost_its_end", shard=shard_of(one), was=offset)
                self._beyond[one], self._next[one] = offset, 0
                client.seek(one, 0)
        for one, records in found.items():
            if one in self._next:
                self._come.setdefault(one, deque()).extend(records)
        if found:
            self._moved_at = asyncio.get_running_loop().time()

    async def _one_by_one(self, client: AIOKafkaConsumer) -> dict[TopicPartition, list[Any]]:
        """The next record of each partition, or that it is the one that the client cannot read.

        aiokafka 0.14 reads names of headers as UTF-8. By one that is not it loses what it had read,
        and cannot read what follows it in its batch, which is of the same producer.
        """
        found: dict[TopicPartition, list[Any]] = {}
        ends = await whole(client.end_offsets(list(self._next)))
        for one, offset in self._next.items():
            if ends[one] <= offset:
                continue
            client.seek(one, offset)
            try:
                found |= await client.getmany(one, timeout_ms=ALONE_MS_MAX, max_records=1)
            except UnicodeDecodeError:
                await self._know_epochs([one])
                found[one] = [Illegible(offset)]
                client.seek(one, offset + 1)
        return found

    async def _know_epochs(self, partitions: Iterable[TopicPartition]) -> None:
        """Of those that were empty when we opened; another reader may have met their first."""
        unknown = [one for one in partitions if one not in self._epochs.keys() | self._empty]
        if unknown:
            began = await began_at(self._settings, unknown)
            self._epochs |= {one: epoch_at(at) for one, at in began.items()}
            self._empty.update(one for one in unknown if one not in began)

    def _read(self, limit: int) -> Batch:
        batch: dict[str, list[Read]] = {}
        for one, come in self._come.items():
            found: list[Read] = []
            while come and limit:
                found.append(self._told(one, come.popleft()))
                limit -= 1
            if found:
                batch[shard_of(one)] = found
                self._next[one] = found[-1].position.row
        return batch

    def _told(self, partition: TopicPartition, record: Any) -> Read:
        epoch = self._epochs.get(partition)
        if epoch is None:
            epoch = self._epochs[partition] = epoch_at(record.timestamp)
        at = LogPosition(epoch, 0, record.offset + 1)
        if isinstance(record, Illegible):
            return Garbled(at, ILLEGIBLE)
        return read_record(
            source_of(partition.topic),
            record.key,
            record.headers,
            record.value,
            at,
        )

    async def _look_back(self) -> None:
        """Now and then: is it still the topic that we opened? One made anew may be as long."""
        now = asyncio.get_running_loop().time()
        if now - self._looked_back_at < LOOK_S:
            return
        self._looked_back_at = now
        async with asyncio.timeout(LOOK_S_MAX):
            began = await whole(self._opened.offsets_for_times(dict.fromkeys(self._epochs, 0)))
        for one, epoch in self._epochs.items():
            first = began[one]
            if first is None or epoch_at(first.timestamp) != epoch:
                raise LogAway(f"{shard_of(one)} began anew")

    async def _look(self) -> None:
        """Nothing came: is the broker there, and is there really nothing?"""
        if not await self._presence.is_here():
            raise LogAway(self._settings.unreached)
        now = asyncio.get_running_loop().time()
        if now - self._looked_at < LOOK_S or now - self._moved_at < STALLED_S_MAX:
            return
        self._looked_at = now
        async with asyncio.timeout(LOOK_S_MAX):
            ends = await whole(self._opened.end_offsets(list(self._next)))
        behind = [one for one, offset in self._next.items() if ends[one] > offset]
        if behind and not self._has_come:
            raise LogAway(f"nothing came of {shard_of(behind[0])} though there is more")
        self._moved_at = now
