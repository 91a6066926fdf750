"""One consumer's end of the log on Kafka: partitions that are ours, read from our own positions.

Its clients are thrown away on any error of one, when no broker is there, and when one stands still
though there is more (R18); the next call begins anew.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Final, Protocol

from aiokafka.errors import (
    CorruptRecordException,
    KafkaError,
    OffsetOutOfRangeError,
    RecordTooLargeError,
    TopicAuthorizationFailedError,
    UnsupportedCodecError,
)
from aiokafka.structs import TopicPartition

from beaconfire_contracts.envelope import LogPosition
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.database import TROUBLE
from beaconfire_platform.log.kafka.client import looking
from beaconfire_platform.log.kafka.extent import Extents
from beaconfire_platform.log.kafka.fetching import Fetching
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.record import read_fetched
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.shard import partition_of, shard_of, source_of
from beaconfire_platform.log.kafka.unpacking import Lost, stands_for
from beaconfire_platform.log.members import RENEW_S
from beaconfire_platform.log.patience import end_if_cancelled
from beaconfire_platform.log.port import Batch, Facts, LogAway, LogStuck, Read

STEP_S_MAX: Final = 20.0
"""Who takes longer for a batch stands still, and loses its shards to another."""
LOOK_S: Final = 10.0
NOWHERE: Final = -1
"""The place of a partition that is sought anew."""
GONE: Final = "gone from the topic before it was read"
STUCK: Final = (
    CorruptRecordException,
    RecordTooLargeError,
    TopicAuthorizationFailedError,
    UnsupportedCodecError,
)
"""What no waiting mends: the brokers are there."""


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
        self._gather_s = gather_s
        self._settings = settings
        self._presence = presence
        self._topics = topics
        self._turn = turn
        self._fetching: Fetching | None = None
        self._all: tuple[str, ...] = ()
        self._extents = Extents(settings)
        self._next: dict[TopicPartition, int] = {}
        self._at: dict[str, LogPosition] = {}
        """Positions at which we were seen to be; not of what was read since."""
        self._shards = frozenset[str]()
        self._lessons = 0
        self._stands_by = False
        self._looked_at = 0.0
        self._look_task: asyncio.Task[None] | None = None

    async def shards(self) -> frozenset[str]:
        """What is our turn, once every topic is there."""
        async with self._minding():
            if self._fetching is None:
                await self._open()
            shards = await self._turn.share(self._all)
            if not shards:
                self._stand_by()
            elif self._stands_by:
                await self._extents.learn(map(partition_of, self._all))
                self._stands_by = False
            return shards

    def _stand_by(self) -> None:
        """Fetch nothing and look at nothing: whose turn it is makes what is known here old."""
        self._stands_by = True
        self._follow({}, is_anew=True)
        self._at, self._shards = {}, frozenset()
        self._end_look()

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
        async with self._minding():
            self._look_now_and_then()
            await self._be_at(after)
            if not self._opened.has_come:
                await self._fetch(0)
            await self._extents.know_epochs(
                one
                for one, come in self._opened.come.items()
                if come and come[0].checksum is not None
            )
            return self._read(limit)

    async def _be_at(self, after: Mapping[str, LogPosition]) -> None:
        """At these positions: mostly we are, but for those of what was just read."""
        is_anew = self._extents.lessons != self._lessons or frozenset(after) != self._shards
        if is_anew:
            self._at, self._shards = {}, frozenset(after)
        moved = {
            partition_of(shard): at for shard, at in after.items() if self._at.get(shard) is not at
        }
        await self._extents.know_epochs(one for one, at in moved.items() if at.row)
        self._lessons = self._extents.lessons
        self._follow(moved, is_anew=is_anew)
        self._at = dict(after)

    def ahead(self, after: Mapping[str, LogPosition], known: Collection[str]) -> Facts:
        """A partition has its end."""
        del after, known
        return ()

    async def behind(self, at: Mapping[str, LogPosition]) -> int | None:
        """By the ends of which the broker told with what it sent last; it is not asked anew."""
        if self._fetching is None:
            return None
        waiting = 0
        for shard, position in at.items():
            partition = partition_of(shard)
            end = self._end(partition)
            if end is None:
                return None
            waiting += max(0, end - self._extents.offset(partition, position))
        return waiting

    async def ends(self, shards: frozenset[str]) -> Mapping[str, LogPosition]:
        """By what the broker told with what it sent last; it is not asked anew."""
        return {
            shard_of(one): LogPosition(self._extents.epoch(one), 0, end)
            for one in map(partition_of, shards)
            if (end := self._end(one)) is not None
        }

    def _end(self, partition: TopicPartition) -> int | None:
        """The offset of what comes next on it, as far as we have heard."""
        return None if self._fetching is None else self._fetching.highwater(partition)

    async def wait(self, timeout_s: float) -> None:
        """Until something comes, or for so long."""
        if self._fetching is None or not self._next:
            await asyncio.sleep(timeout_s)
            return
        async with self._minding():
            if not self._opened.has_come:
                await self._fetch(timeout_s)
            if not self._opened.has_come and not await self._presence.is_here():
                raise LogAway(self._settings.unreached)

    async def close(self) -> None:
        """Throw the client away and let the others have our part."""
        await self._discard()
        with suppress(*TROUBLE):
            await self._turn.leave()

    async def _open(self) -> None:
        if not await self._presence.is_here():
            raise LogAway(self._settings.unreached)
        self._fetching = Fetching(self._settings, self._topics, self._gather_s)
        try:
            await self._begin(self._fetching)
        except BaseException:  # also when we are cancelled: half open it would serve nobody
            await self._discard()
            raise

    async def _begin(self, fetching: Fetching) -> None:
        there = await fetching.begin()
        missing = [topic for topic in self._topics if topic not in there]
        if missing:
            raise LogAway(f"the topic {missing[0]} is not there: make the topics first")
        partitions = [
            TopicPartition(topic, number) for topic in self._topics for number in range(PARTITIONS)
        ]
        await self._extents.learn(partitions)
        self._all = tuple(shard_of(one) for one in partitions)
        self._looked_at = asyncio.get_running_loop().time()

    @asynccontextmanager
    async def _minding(self) -> AsyncGenerator[None]:
        """What goes wrong with the client ends the client."""
        try:
            yield
        except KafkaError as error:
            await self._discard()
            kind = LogStuck if isinstance(error, STUCK) else LogAway
            raise kind(f"{type(error).__name__} of the client of {self._topics}") from error
        except (LogAway, TimeoutError):
            await self._discard()
            raise
        except asyncio.CancelledError:
            self._end_look()  # while ours ends
            raise

    async def _discard(self) -> None:
        fetching, self._fetching = self._fetching, None
        self._shards = frozenset[str]()
        self._next.clear()
        self._end_look()
        looks = [] if self._look_task is None else [self._look_task]
        self._look_task = None
        try:
            if fetching is not None:
                await fetching.stop()
        finally:
            await asyncio.gather(*looks, return_exceptions=True)

    def _follow(self, wanted: Mapping[TopicPartition, LogPosition], *, is_anew: bool) -> None:
        """Be where these positions are: partitions may have come, gone, or been taken back."""
        fetching = self._opened
        if is_anew and wanted.keys() != self._next.keys():
            fetching.assign(wanted)
            self._next.clear()
        for one, at in wanted.items():
            offset = self._extents.offset(one, at)
            place = min(at.row, offset)  # what is gone between them comes first
            if self._next.get(one) != place:
                fetching.seek(one, offset)
                self._next[one] = place
                if offset != at.row:
                    self._extents.tell_moved(one, at, offset)
                if offset > at.row:
                    fetching.come[one] = deque([stands_for(Lost(at.row, offset, GONE))])

    @property
    def _opened(self) -> Fetching:
        if self._fetching is None:
            raise LogAway("the clients were closed meanwhile")
        return self._fetching

    async def _fetch(self, timeout_s: float) -> None:
        fetching = self._opened
        try:
            await fetching.fetch(timeout_s)
        except OffsetOutOfRangeError as error:
            async with looking(self._settings) as client:
                await self._extents.look_at(client, error.args[0])
            self._next |= dict.fromkeys(error.args[0].keys() & self._next.keys(), NOWHERE)

    def _read(self, limit: int) -> Batch:
        batch: dict[str, list[Read]] = {}
        for one, come in self._opened.come.items():
            found: list[Read] = []
            source, epoch = source_of(one.topic), 0
            while come and limit:
                record = come.popleft()
                epoch = epoch or self._extents.epoch_with(one, record.timestamp)
                found.append(read_fetched(source, record, epoch))
                limit -= 1
            if found:
                shard = shard_of(one)
                batch[shard] = found
                self._next[one] = found[-1].position.row
                self._at.pop(shard, None)  # whoever fails at it is at its old place still
        return batch

    def _look_now_and_then(self) -> None:
        """Beside what is read, which it would hold up; what is found is thrown at the next time."""
        if self._look_task is not None and self._look_task.done():
            done, self._look_task = self._look_task, None
            if not done.cancelled():
                done.result()
        now = asyncio.get_running_loop().time()
        if self._look_task is None and now - self._looked_at >= LOOK_S:
            self._looked_at = now
            self._look_task = asyncio.create_task(self._look(self._opened))

    def _end_look(self) -> None:
        """What it finds interests nobody any more; it ends in its own time."""
        look = self._look_task
        if look is not None and not look.cancelling():  # twice, it would leave what it opened
            look.cancel()

    async def _look(self, fetching: Fetching) -> None:
        """Is it still the topic that we opened, and does everybody go on? One that was made anew
        may be as long.
        """
        async with looking(self._settings) as client:
            client.assign([partition_of(one) for one in self._all])  # or it learns them one by one
            await self._extents.require_same(client)
            await fetching.look(client, self._next)
