"""Planted faults: logs and consumers with one known mistake each, for the suite to catch.

Beside them what the world does to the right ones: a commit that is acknowledged to nobody.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from beaconfire_contracts.envelope import Cause, LogPosition
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_platform.clauses import Clause
from beaconfire_platform.database import Database, Tx
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.ledger import ConsumerLedger, Move, Seen, Verdict
from beaconfire_platform.log.parking import Stream
from beaconfire_platform.log.port import Facts, Garbled, Told
from beaconfire_platform.log.postgres import PostgresLog, told_of
from beaconfire_platform.once import Once
from beaconfire_testkit.log_harness import WRITER, LogHarness, a_fact

LATE_S: Final = 2.5
"""A rest that is longer than a key may take to be parked."""
REPEAT_S: Final = 1.0
"""Who dedupes by time takes what comes within so long for a repeat."""
QUEUE_FACTS_MAX: Final = 8
"""So much fits between reading and effect where what is more is let fall."""


class IdAboveLast(PostgresLog):
    """R2's mistake: reads rows above the last id seen, without asking for the horizon."""

    async def read(
        self, shard: str, sources: frozenset[str], after: LogPosition, limit: int
    ) -> list[Told]:
        """Rows above the last id, whether or not lower ones are still to be committed."""
        del shard
        records = await self._pool.fetch(
            "select * from log.fact where row > $1 and source = any($2) order by row limit $3",
            after.row,
            sorted(sources),
            limit,
        )
        return [told_of(record, 1) for record in records]


async def tell_locking_late(harness: LogHarness, key: str, *, pause_s: float) -> None:
    """R4's mistake: writes first, so that the transaction has its place, and locks afterwards."""
    cause = Cause(actor="test", correlation_id="late-lock")
    async with harness.writer.transaction(cause=cause) as tx:
        await tx.connection.execute("select pg_current_xact_id()")
        await tx.connection.execute("select pg_sleep($1)", pause_s)
        await tx.connection.execute(
            "select pg_advisory_xact_lock($1)", aggregate(key).number(WRITER)
        )
        await tx.tell(a_fact(key))


class ReadingAboveLast(LogHarness):
    """A log that breaks R2."""

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[LogHarness]:
        """With a hasty reader."""
        async with super().running():
            self.log = IdAboveLast(self.reader.pool, self.bell)
            yield self


class LockingLate(LogHarness):
    """Writers that break R4."""

    async def tell(self, *keys: str, pause_s: float = 0.0) -> None:
        """Each key in a transaction that locks it late."""
        for key in keys:
            await tell_locking_late(self, key, pause_s=pause_s)


class PositionFirst(Consumer):
    """R12's mistake: the position is committed before the effect."""

    async def _apply(self, facts: Facts) -> None:
        moves = Move.each(facts, self._fences, self.health.positions)
        async with self._database.transaction(cause=Cause("test", "")) as tx:
            self._ledger.move(tx, moves)
        self.health.moved(moves)
        async with self._database.transaction(cause=Cause("test", "")) as tx:
            for _, told in facts:
                if not isinstance(told, Garbled):
                    await self._effects.take(told, tx)


@dataclass(slots=True)
class SeenOfLate(Seen):
    """When each stream last had an effect, and nothing of versions."""

    taken_at: dict[Stream, float] = field(default_factory=dict[Stream, float])

    def judge(self, told: Told) -> Verdict:
        """Soon after another of its stream it is a repeat; else it is new."""
        taken_at = self.taken_at.get((told.source, told.key), float("-inf"))
        return Verdict.SKIP if time.monotonic() - taken_at < REPEAT_S else Verdict.APPLY

    def advance(self, told: Told) -> None:
        """As ever, and now."""
        super(SeenOfLate, self).advance(told)  # a class with slots is another than its body knows
        self.taken_at[told.source, told.key] = time.monotonic()


class LedgerByTime(ConsumerLedger):
    """Books that say of a stream when it last had an effect, while that is of use."""

    def __init__(self, consumer: str) -> None:
        """Nothing had one yet."""
        super().__init__(consumer)
        self._taken_at: dict[Stream, float] = {}

    async def seen(self, tx: Tx, batch: Iterable[Told]) -> Seen:
        """The moments in place of the versions."""
        found = await super().seen(tx, batch)
        return SeenOfLate(
            found.versions, found.parked, born=found.born, taken_at=dict(self._taken_at)
        )

    def stands(self, seen: Seen) -> None:
        """As ever; a step that fails before this leaves the moments as they were."""
        super().stands(seen)
        if isinstance(seen, SeenOfLate):
            since = time.monotonic() - REPEAT_S
            self._taken_at = {one: at for one, at in seen.taken_at.items() if at > since}


class DedupesByTime(Consumer):
    """R5's mistake by the clock: what soon follows another of its stream passes for its repeat."""

    ledger = LedgerByTime


@dataclass(slots=True)
class SeenThroughQueue(Seen):
    """What is to take effect goes through a queue that holds only so much of a batch."""

    queue: asyncio.Queue[Told] = field(default_factory=lambda: asyncio.Queue(QUEUE_FACTS_MAX))

    def judge(self, told: Told) -> Verdict:
        """What finds the queue full is let fall without a word, and counts as done."""
        verdict = super(SeenThroughQueue, self).judge(told)  # as above
        if verdict is not Verdict.APPLY:
            return verdict
        try:
            self.queue.put_nowait(told)
        except asyncio.QueueFull:
            self.advance(told)
            return Verdict.SKIP
        return verdict


class LedgerWithQueue(ConsumerLedger):
    """Books behind a queue that is never waited for."""

    async def seen(self, tx: Tx, batch: Iterable[Told]) -> Seen:
        """With an empty queue: reading is faster than any effect, so a batch fills it at once."""
        found = await super().seen(tx, batch)
        return SeenThroughQueue(found.versions, found.parked, born=found.born)


class DropsWhenFull(Consumer):
    """P3's hole, of its own making: what finds a queue full is let fall and counts as done."""

    ledger = LedgerWithQueue


class Unacknowledged(Database):
    """A database whose commits take effect; of some the answer is lost with the connection."""

    @classmethod
    def over(cls, database: Database, *, lost: frozenset[int]) -> "Unacknowledged":
        """The same pool; `lost` numbers the transactions, from 1, that nobody hears of."""
        made = cls(database.service, database.pool, database.bell)
        made._lost = lost
        return made

    _lost: frozenset[int] = frozenset()
    _committed = 0

    @asynccontextmanager
    async def transaction(
        self, *keys: LockKey, cause: Cause, once: Once | None = None
    ) -> AsyncGenerator[Tx]:
        """As ever, and committed; then perhaps the connection is gone."""
        async with super().transaction(*keys, cause=cause, once=once) as tx:
            yield tx
        self._lose()

    @asynccontextmanager
    async def at_once(
        self, *keys: LockKey, cause: Cause, once: Once | None = None
    ) -> AsyncGenerator[Tx]:
        """The same of one statement."""
        async with super().at_once(*keys, cause=cause, once=once) as tx:
            yield tx
        self._lose()

    def _lose(self) -> None:
        self._committed += 1
        if self._committed in self._lost:
            raise ConnectionResetError("the answer to COMMIT was lost")


class BelievesItsMemory(Consumer):
    """R12's other mistake: what was remembered before a failed step is held to be true after it."""

    def _forget(self) -> None:
        """Keep the old positions and the old fences."""


_MOVE_WHOEVER: Final = Clause((("moved_whoever", """
    update position p set epoch = m.epoch, txid = m.txid, row = m.row
    from unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[]) as m (shard, epoch, txid, row)
    where p.consumer = $1 and p.shard = m.shard
"""),))  # fmt: skip


class MemoryLedger(ConsumerLedger):
    """Books that are read once, and written whoever owns them by now."""

    def move(self, tx: Tx, moves: Sequence[Move], seen: Seen | None = None) -> None:
        """Moved, by whatever right."""
        if seen is not None:
            self._known.update(seen.versions)
        new = [one.new for one in moves]
        tx.at_last(
            _MOVE_WHOEVER,
            self._consumer,
            [one.shard for one in moves],
            [one.epoch for one in new],
            [one.txid for one in new],
            [one.row for one in new],
        )

    def forget(self, *streams: Stream) -> None:
        """Once read is for ever."""


class TrustsItsMemory(BelievesItsMemory):
    """R12's third mistake: reads on after another claimed the shard, by what it remembers."""

    ledger = MemoryLedger


class TrustingMemories(LogHarness):
    """Consumers that break R12 after their shard was claimed by another."""

    kind = TrustsItsMemory


class CommittingPositionsFirst(LogHarness):
    """Consumers that break R12."""

    kind = PositionFirst


class DedupingByTime(LogHarness):
    """Consumers that break R5 by the clock."""

    kind = DedupesByTime


class DroppingWhenFull(LogHarness):
    """Consumers that let fall what they have no room for."""

    kind = DropsWhenFull


class BelievingMemories(LogHarness):
    """Consumers that break R12 in the other way."""

    kind = BelievesItsMemory


class CredulousLedger(ConsumerLedger):
    """Books that take a first fact's word for it that its stream was never met."""

    remembering = Clause((("remembered_anyhow", """
        insert into seen (consumer, source, key, version)
        select $1, source, key, version
        from unnest($2::text[], $3::text[], $4::bigint[], $5::boolean[])
            as moved (source, key, version, is_born)
        on conflict (consumer, source, key) do update set version = excluded.version
    """),))  # fmt: skip


class Credulous(Consumer):
    """R5's mistake by one statement: whether a stream is new is never found out."""

    ledger = CredulousLedger


class BelievingInBirths(LogHarness):
    """Consumers that take the first fact of a stream again after they lost their position."""

    kind = Credulous
    is_at_once = True


class TrustingMemoriesAtOnce(TrustingMemories):
    """The same by one statement."""

    is_at_once = True


class ForgetfulLedger(ConsumerLedger):
    """Books in which nothing stands of what took effect ahead of the position."""

    def remember(self, tx: Tx, seen: Seen) -> None:
        """Nothing is written."""

    def stands(self, seen: Seen) -> None:
        """Nor is it kept in mind."""


class Forgetful(Consumer):
    """R5's mistake by one who hurries: the position says all, and versions nothing."""

    ledger = ForgetfulLedger
    early_s_max = 0.0


class HurryingForgetfully(LogHarness):
    """Consumers that take effect ahead of their position and do not write that down."""

    kind = Forgetful
    hurries = True


class WithADoor(Consumer):
    """R13's mistake: a replay that is a replay by name only."""

    def __init__(self, name: str, **given: Any) -> None:
        """Whatever is asked for, it is none."""
        given["replay"] = False
        super().__init__(name, **given)


class ReplayingOutwards(LogHarness):
    """Consumers that break R13."""

    kind = WithADoor


class ParksLate(Consumer):
    """R14's mistake: it rests before it writes down that a key is parked."""

    async def _park(self, shard: str, told: Told, error: Exception) -> None:
        """After a pause."""
        await asyncio.sleep(LATE_S)
        await super()._park(shard, told, error)


class ParkingLate(LogHarness):
    """Consumers that break R14."""

    kind = ParksLate
