"""Publishing a table of a service's database on topics: in order, each row at least once.

R16: one is active at a time, by a lease; what it published is written down in the same database
under the lease's fence, after the brokers acknowledged it. After a crash some come twice, which
versions tell (R5). Which rows those are, and what becomes of each, the kinds of it say: the relay
of a service's facts, and agency's of what bodies outside are told.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, Final, TypeAlias

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.database import TROUBLE, Database
from beaconfire_platform.log.health import RelayHealth
from beaconfire_platform.log.kafka.client import begin, throw_away
from beaconfire_platform.log.kafka.flying import Flying
from beaconfire_platform.log.kafka.presence import LOOK_EVERY_S, Presence
from beaconfire_platform.log.kafka.refill import HistoryForked
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.topics import TopicUnfit
from beaconfire_platform.log.lease import RENEW_S, Lease
from beaconfire_platform.log.patience import back_off_s, end_if_cancelled
from beaconfire_platform.log.port import LogAway
from beaconfire_platform.our_words import InOurWords, said_of

BATCH_ROWS_MAX: Final = 2_000
POLL_S: Final = 0.5
"""What nobody rang for is found by looking, at the latest after so long: a ring that was lost, or a
process that nobody has met yet (ADR 0055). What waits behind another transaction is as well.
"""
HELD_UP_POLL_S: Final = 0.003
"""A row that stands behind another transaction, be it of another database of the same server (R6),
is looked for so soon: nobody rings here when that one ends. Each time in vain waits twice as long.
"""
ACKNOWLEDGED_S_MAX: Final = 30.0
"""A send that is older has an unknown end: a new producer goes on from what is written down."""
LINGER_MS: Final = 0
BATCH_BYTES_MAX: Final = 256 * 1024
_CLAIM: Final = """
    insert into relayed as r (topic, epoch, txid, row, fence) values ($1, $2, 0, 0, $3)
    on conflict (topic) do update set fence = excluded.fence where r.fence <= excluded.fence
    returning epoch, txid, row
"""
# Whoever is fenced moves nothing, the ends of partitions neither: by them a loss is known.
_MOVE: Final = """
    with moved as (
        update relayed set txid = $2, row = $3, moved_at = clock_timestamp()
        where topic = $1 and fence = $4 and (txid, row) = ($5, $6) returning 1
    ), ends as (
        insert into relayed_to (topic, partition, began_ms, next_offset)
        select $1, partition, 0, next_offset from unnest($7::int[], $8::bigint[])
            as told (partition, next_offset) where exists (select from moved)
        on conflict (topic, partition) do update set next_offset = excluded.next_offset
    )
    select 1 from moved
"""
Sending: TypeAlias = asyncio.Future[Any]
"""A record on its way; done with the brokers' acknowledgement."""
_log: Final = structlog.get_logger(__name__)


class RelayFenced(InOurWords):
    """Another relay took over; what this one sent comes a second time and is known as a repeat."""


class Publisher(ABC):
    """Publishes the rows of one table while the lease is ours."""

    def __init__(
        self,
        database: Database,
        settings: KafkaSettings,
        instance: str,
        presence: Presence,
        name: str,
    ) -> None:
        """`database` is the service's own; under `name` is written down what is published."""
        self._database = database
        self._settings = settings
        self._presence = presence
        self._name = name
        self._lease = Lease(database, f"relay/{name}", instance)
        self._producer: AIOKafkaProducer | None = None
        self._is_finishing = False
        self._flying: Flying | None = None
        self._is_held_up = False
        self._held_up = 0
        self.health = RelayHealth()

    @abstractmethod
    async def _told_after(self, at: LogPosition) -> Sequence[Any]:
        """The next rows after a place (`txid`, `row` among their columns), `_below` the horizon."""

    def _below(self, rows: Sequence[Any]) -> list[Any]:
        """Those that are not `is_ahead`; whether there are such is kept in mind."""
        below = [one for one in rows if not one["is_ahead"]]
        self._is_held_up = len(below) < len(rows)
        return below

    async def _before(self, rows: Sequence[Any]) -> None:
        """What must be there before these rows are sent."""
        del rows

    @abstractmethod
    async def _send(self, producer: AIOKafkaProducer, row: Any) -> Sending:
        """Hand one row to the producer."""

    def _acknowledged(
        self, rows: Sequence[Any], sent: Sequence[Sending]
    ) -> "asyncio.Future[list[Any]]":
        """Done once the brokers have all of it; None for what waits elsewhere and was not sent."""
        del rows
        return asyncio.gather(*sent)

    def _ends(self, told: Sequence[Any]) -> dict[int, int]:
        """Where each partition ends after what was acknowledged, for who refills a topic."""
        del told
        return {}

    async def _resume_at(self, at: LogPosition) -> LogPosition:
        """The place after which to publish: an earlier one where the brokers lost something."""
        return at

    async def _resumed(self, *, is_refill: bool) -> None:
        """It is written down from where we go on."""
        del is_refill

    async def run(self) -> None:
        """Publish until cancelled; whatever fails begins anew, after a while."""
        try:
            while not self._is_finishing:
                await self._turn()
                end_if_cancelled()
            await self._publish_rest()
        finally:
            await self.close()

    async def close(self) -> None:
        """Give up the producer, and let another relay have the lease at once."""
        await self._discard()
        with suppress(*TROUBLE):
            await self._lease.release()

    def finish(self) -> None:
        """End `run` once everything told so far is published, or cannot be just now."""
        self._is_finishing = True

    async def _publish_rest(self) -> None:
        with suppress(KafkaError, RelayFenced, TopicUnfit, HistoryForked, *TROUBLE):
            while self._producer is not None and self._lease.is_ours and await self.step():
                pass
            if self._flying is not None:
                await self._flying.landed()

    async def _turn(self) -> None:
        try:
            bell = self._database.bell
            rings, ends = bell.rings, bell.ends
            is_ours = await self._lease.keep()
            sent = await self.step() if is_ours else 0
            if not is_ours or self._flying is None or self._flying.is_empty:
                self.health.went_well()
            if not is_ours:
                await self._rest()
            elif sent < BATCH_ROWS_MAX:
                await bell.wait(self._patience_s(ends), since=rings)
        except HistoryForked as error:
            _log.error("history_forked", topic=self._name, why=str(error))
            await self._failed(error)
        except (KafkaError, RelayFenced, TopicUnfit, *TROUBLE) as error:
            _log.warning("relay_failed", topic=self._name, **said_of(error),
                         in_a_row=self.health.failures + 1)  # fmt: skip
            await self._failed(error)

    async def _failed(self, error: Exception) -> None:
        self.health.failed(error)
        await self._discard()
        await asyncio.sleep(back_off_s(self.health.failures))

    def _patience_s(self, ends: int) -> float:
        """How long to wait for a ring until looking again; `ends` is from before the look."""
        if not self._is_held_up:
            self._held_up = 0
            return POLL_S
        self._database.bell.wake_at_end(since=ends)
        patience_s = min(POLL_S, HELD_UP_POLL_S * 2**self._held_up)
        self._held_up += patience_s < POLL_S
        return patience_s

    async def _rest(self) -> None:
        """Somebody else publishes: keep nothing open, look again soon."""
        if self._producer is not None:
            await self._discard()
        await asyncio.sleep(RENEW_S)

    async def step(self) -> int:
        """Send what comes next, if anything; how many facts that was.

        It is acknowledged and written down beside this, in order: the next may be sent meanwhile.
        """
        producer = await self._open()
        flying = self._flying
        if flying is None:
            raise LogAway(self._settings.unreached)
        flying.must_fly()
        rows = await self._told_after(flying.sent)
        if not rows:
            return 0
        to = LogPosition(flying.sent.epoch, rows[-1]["txid"], rows[-1]["row"])
        await self._while_here(self._send_all(producer, rows, flying, to))
        return len(rows)

    async def _while_here(self, sending: Coroutine[Any, Any, None]) -> None:
        """Send and keep the lease; give up as soon as no broker is there: its client would spin."""
        task = asyncio.create_task(sending)
        try:
            async with asyncio.timeout(ACKNOWLEDGED_S_MAX):
                while not (await asyncio.wait({task}, timeout=LOOK_EVERY_S))[0]:
                    if not await self._presence.is_here():
                        raise LogAway(self._settings.unreached)
                    if not await self._lease.keep():
                        raise RelayFenced(self._name)
            await task
        finally:
            task.cancel()

    async def _send_all(
        self, producer: AIOKafkaProducer, rows: Sequence[Any], flying: Flying, to: LogPosition
    ) -> None:
        await self._before(rows)
        sent = [await self._send(producer, row) for row in rows]
        await flying.put(to, self._acknowledged(rows, sent))

    async def _land(self, to: LogPosition, told: list[Any]) -> None:
        """What was sent is acknowledged: write it down."""
        await self._move(to, self._ends(told))
        self.health.went_well()
        self.health.published += sum(one is not None for one in told)

    def _hear(self, to: LogPosition) -> None:
        """The brokers have it, whether or not it is written down yet."""
        self.health.acknowledged = to

    async def _move(self, to: LogPosition, ends: dict[int, int]) -> None:
        at = self.health.at
        moved = await self._database.pool.fetchval(
            _MOVE, self._name, to.txid, to.row, self._lease.fence, at.txid, at.row,
            list(ends), list(ends.values()),
        )  # fmt: skip
        if not moved:
            raise RelayFenced(self._name)
        self.health.at = to

    async def _open(self) -> AIOKafkaProducer:
        """The producer, and the place from which it goes on."""
        if self._producer is not None:
            if not await self._presence.is_here():
                raise LogAway(self._settings.unreached)
            return self._producer
        if not await self._presence.is_here():
            raise LogAway(self._settings.unreached)
        producer = await self._begun()
        await self._claim()
        self._flying = Flying(self.health.at, self._land, ACKNOWLEDGED_S_MAX, hear=self._hear)
        self.health.is_active = True
        return producer

    async def _begun(self) -> AIOKafkaProducer:
        """A producer that is ours to end from its first moment on."""
        self._producer = producer = AIOKafkaProducer(
            **self._settings.client(f"relay-{self._name}"),
            enable_idempotence=True,
            acks="all",
            linger_ms=LINGER_MS,
            max_batch_size=BATCH_BYTES_MAX,
        )
        async with asyncio.timeout(ACKNOWLEDGED_S_MAX):
            await begin(producer)
        return producer

    async def _renew(self) -> None:
        """Go on with another producer, once all that this one sent is written down.

        A batch that brokers refused leaves a hole in a producer's sequence on that partition, and
        aiokafka 0.14 never closes it: they take nothing behind it from this producer any more.
        """
        flying, producer = self._flying, self._producer
        if flying is None or producer is None:
            return
        await flying.landed()
        await throw_away(producer)
        await self._begun()

    async def _claim(self) -> None:
        epoch = int(await self._database.pool.fetchval("select epoch from log.epoch"))
        found = await self._database.pool.fetchrow(_CLAIM, self._name, epoch, self._lease.fence)
        if found is None:
            raise RelayFenced(self._name)
        at = LogPosition(found["epoch"], found["txid"], found["row"])
        self.health.at = at
        wanted = await self._resume_at(at)
        if wanted != at:
            _log.error("topic_refilled", topic=self._name, after=wanted.text(), was=at.text())
            await self._move(wanted, {})
        await self._resumed(is_refill=wanted != at)

    async def _discard(self) -> None:
        producer, self._producer = self._producer, None
        flying, self._flying = self._flying, None
        self.health.is_active = False
        if flying is not None:
            flying.crash()
        if producer is not None:
            await throw_away(producer)
