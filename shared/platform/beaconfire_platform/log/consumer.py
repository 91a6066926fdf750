"""A consumer: facts in, effects out, position and effect in one transaction of its own database.

R5: only version have+1 of a stream takes effect; lower is a repeat and skipped, higher is a hole
and parks the key. R12: the position moves with the effect and with the owner's fence, so that a
zombie consumer is harmless. R14: a poisoned key is parked and stops nobody else. Whatever a step
ends by, a consumer believes its books and not its memory: a commit that nobody acknowledged may
have taken effect.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from beaconfire_contracts.envelope import Cause, Envelope, LogPosition
from beaconfire_contracts.facts import Fact, spec_for
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_platform.database import Database, Tx
from beaconfire_platform.log.intents import PgIntents
from beaconfire_platform.log.ledger import ConsumerLedger, Verdict
from beaconfire_platform.log.parking import (
    PARKED_BEHIND_MAX,
    TAKEN,
    ParkedFact,
    Parking,
    Stream,
)
from beaconfire_platform.log.patience import back_off_s, is_away, is_collision
from beaconfire_platform.log.port import FactLog, Told, Unreadable

BATCH_FACTS_MAX: Final = 200
"""Facts in one transaction: enough to amortise a commit, few enough to hold locks briefly."""
POLL_S: Final = 0.2
"""Readers look at least this often, whatever the doorbell does (R8)."""
GATHER_S: Final = 0.01
"""So long facts may gather before they are taken together: one commit for what came together, and
the picture, which gathers nothing, has the machine to itself for as long.
"""
ATTEMPTS_MAX: Final = 3
LOOK_S: Final = 1.0
"""While keys are parked, how often to look whether somebody asked for one to be taken again."""
_log: Final = structlog.get_logger(__name__)

Effect = Callable[[Envelope[Any], Tx], Awaitable[None]]
"""What a fact does here: it works inside the transaction it is given and commits nothing."""


def key_alone(told: Envelope[Any]) -> tuple[LockKey, ...]:
    """The lock of a fact's own stream key: enough for most reactions."""
    return (aggregate(told.key),)


@dataclass(frozen=True, slots=True)
class Reaction:
    """An effect, and the locks that it needs before anything else."""

    effect: Effect
    keys: Callable[[Envelope[Any]], tuple[LockKey, ...]] = key_alone


@dataclass(slots=True)
class ConsumerHealth:
    """What the outside may ask of a consumer: where it is, what it parked, when it last moved."""

    position: LogPosition = field(default_factory=lambda: LogPosition(0, 0, 0))
    applied: int = 0
    skipped: int = 0
    ignored: int = 0
    parked: int = 0
    waiting: dict[Stream, int] = field(default_factory=dict)
    """The keys that are parked now, and how many facts wait with each."""
    errors: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By shard: the class of the last error, and how many steps in a row ended by one."""

    @property
    def overfull(self) -> list[Stream]:
        """The parked keys with which more wait than may before a person must look (R14)."""
        return [stream for stream, facts in self.waiting.items() if facts > PARKED_BEHIND_MAX]

    @property
    def failing(self) -> str | None:
        """The error by which the last step of some shard ended, if it did."""
        return next((name for name, _ in self.errors.values()), None)

    @property
    def failures(self) -> int:
        """How many steps of the worst shard failed in a row."""
        return max((times for _, times in self.errors.values()), default=0)

    def failed(self, shard: str, error: Exception) -> None:
        """A step ended by an error."""
        self.errors[shard] = (type(error).__name__, self.errors.get(shard, ("", 0))[1] + 1)

    def went_well(self, shard: str) -> None:
        """A step did what it should."""
        self.errors.pop(shard, None)


class Fenced(Exception):  # noqa: N818  (told by name)
    """The position in the books is not ours to move: somebody else owns it, or it moved already."""


class Consumer:
    """Reads one log for one service and lets facts take effect, each exactly once."""

    def __init__(
        self,
        name: str,
        *,
        log: FactLog,
        database: Database,
        sources: frozenset[str],
        reactions: Mapping[type[Fact], Reaction],
        batch: int = BATCH_FACTS_MAX,
        gather_s: float = GATHER_S,
        after_batch: Callable[[], None] | None = None,
        replay: bool = False,
    ) -> None:
        """`reactions` by class of fact; facts of `sources` without one only move the versions.

        A `replay` makes state anew of what happened long ago: it reaches nobody outside (R13),
        and what its effects would tell is on record already.
        """
        self.name = name
        self.health = ConsumerHealth()
        self._log = log
        self._database = database
        self._sources = sources
        self._reactions = {spec_for(one).name: reaction for one, reaction in reactions.items()}
        self._batch = batch
        self._gather_s = gather_s
        self._ledger = ConsumerLedger(name)
        self._parking = Parking(name)
        self._look_at = 0.0
        self._after_batch = after_batch
        self._is_replay = replay
        self._fences: dict[str, int] = {}

    async def run(self) -> None:
        """Consume every shard until cancelled; what passes is logged, waited out and tried again.

        Any other error ends it; called again, it claims its position anew.
        """
        async with asyncio.TaskGroup() as group:
            for shard in await self._log.shards(self._sources):
                group.create_task(self._run_shard(shard))

    async def _run_shard(self, shard: str) -> None:
        while True:
            try:
                signals = self._log.signals()
                moved = await self.step(shard)
                self.health.went_well(shard)
                if not moved:
                    await self._log.wait(POLL_S, since=signals)
                    if self._gather_s:
                        await asyncio.sleep(self._gather_s)
            except Exception as error:
                self.health.failed(shard, error)
                _log.warning(
                    "consumer_failed",
                    consumer=self.name,
                    shard=shard,
                    error=type(error).__name__,
                    in_a_row=self.health.failures,
                )
                if not (is_away(error) or is_collision(error)):
                    raise
                await asyncio.sleep(back_off_s(self.health.failures))

    async def _claim(self, shard: str) -> None:
        async with self._database.transaction(
            aggregate(f"consumer/{self.name}/{shard}"), cause=_cause(self.name)
        ) as tx:
            position, fence = await self._ledger.claim(tx.connection, shard)
        self._fences[shard] = fence
        self.health.position = position
        self._look_at = 0.0
        await self._count_waiting(shard)

    async def _count_waiting(self, shard: str) -> None:
        """Bring to mind which keys wait; an error for each that too much waits with by now."""
        before = set(self.health.overfull)
        self.health.waiting = await self._parking.counts(self._database.pool, shard)
        for source, key in set(self.health.overfull) - before:
            _log.error("parked_behind_max", consumer=self.name, source=source, key=key)

    def _forget(self, shard: str) -> None:
        """Drop the fence and the position in memory: the next step claims and reads them anew."""
        self._fences.pop(shard, None)

    async def step(self, shard: str) -> int:
        """Let one batch take effect; returns how many facts it held."""
        with ExitStack() as unless_done:
            unless_done.callback(self._forget, shard)
            held = await self._step(shard)
            unless_done.pop_all()
        return held

    async def _step(self, shard: str) -> int:
        if shard not in self._fences:
            await self._claim(shard)
        await self._take_asked(shard)
        batch = await self._log.read(shard, self._sources, self.health.position, self._batch)
        if not batch:
            return 0
        try:
            await self._apply(shard, batch)
        except Fenced:
            raise
        except Exception as error:
            if is_away(error):
                raise
            _log.info("batch_tried_one_by_one", consumer=self.name, error=type(error).__name__)
            for told in batch:
                await self._apply_alone(shard, told)
        if self._after_batch is not None:
            self._after_batch()
        return len(batch)

    async def _apply(self, shard: str, batch: list[Told]) -> None:
        """One transaction: all locks, then each fact's effect in order, then the position."""
        keys = {key for told in batch for key in self._keys(told)}
        counts = dict.fromkeys(Verdict, 0)
        async with self._database.transaction(*keys, cause=_cause(self.name)) as tx:
            seen = await self._ledger.seen(tx.connection, batch)
            for told in batch:
                verdict = seen.judge(told)
                counts[verdict] += 1
                if verdict is Verdict.PARK:
                    await self._parking.park(tx.connection, shard, told, seen.why, 0)
                elif verdict is Verdict.APPLY:
                    await self._take_effect(told, tx)
                    seen.advance(told)
                elif verdict is Verdict.IGNORE:
                    seen.advance(told)
            await tx.flush()
            if not await self._ledger.move(
                tx.connection,
                shard,
                self.health.position,
                batch[-1].position,
                self._fences[shard],
                seen,
            ):
                raise Fenced(f"{self.name}/{shard}")
        self.health.position = batch[-1].position
        self.health.ignored += counts[Verdict.IGNORE]
        self.health.applied += counts[Verdict.APPLY]
        self.health.skipped += counts[Verdict.SKIP]
        self.health.parked += counts[Verdict.PARK]
        if counts[Verdict.PARK]:
            await self._count_waiting(shard)

    async def _take_effect(self, told: Told, tx: Tx) -> None:
        if isinstance(told, Unreadable):
            return
        reaction = self._reactions.get(told.type)
        if reaction is None:
            return
        tx.cause = _following(told, self.name)
        tx.intents = None if self._is_replay else PgIntents(tx.connection, self.name, told.id)
        told_before = len(tx.told)
        await reaction.effect(told, tx)
        if self._is_replay:
            tx.take_back(told_before)

    async def _apply_alone(self, shard: str, told: Told) -> None:
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                await self._apply(shard, [told])
            except Fenced:
                raise
            except Exception as error:
                is_last = attempt == ATTEMPTS_MAX
                if is_away(error) or (is_last and is_collision(error)):
                    raise  # nobody's key is at fault
                if is_last:
                    await self._park(shard, told, error)
                    return
                await asyncio.sleep(back_off_s(attempt) / (1 if is_collision(error) else 10))
            else:
                return

    async def _park(self, shard: str, told: Told, error: Exception) -> None:
        _log.error(
            "fact_parked",
            consumer=self.name,
            type=told.type,
            key=told.key,
            fact=told.id,
            exc_info=error,
        )
        async with self._database.transaction(*self._keys(told), cause=_cause(self.name)) as tx:
            await self._parking.park(tx.connection, shard, told, type(error).__name__, ATTEMPTS_MAX)
            if not await self._ledger.move(
                tx.connection, shard, self.health.position, told.position, self._fences[shard]
            ):
                raise Fenced(f"{self.name}/{shard}")
        self.health.position = told.position
        self.health.parked += 1
        await self._count_waiting(shard)

    async def _take_asked(self, shard: str) -> None:
        """Take again the parked keys that somebody asked for, looking now and then."""
        now = asyncio.get_running_loop().time()
        if not self.health.waiting or now < self._look_at:
            return
        self._look_at = now + LOOK_S
        for stream in await self._parking.asked(self._database.pool, shard):
            await self._take_key(shard, stream)
            await self._count_waiting(shard)

    async def _take_key(self, shard: str, stream: Stream) -> None:
        """A batch of one key's facts, in order; the first that cannot be taken ends the request."""
        for fact in await self._parking.waiting(self._database.pool, stream, self._batch):
            outcome = await self._take_again(shard, stream, fact)
            if outcome == TAKEN:
                continue
            _log.error("fact_parked_again", consumer=self.name, key=stream[1], error=outcome)
            async with self._database.transaction(cause=_cause(self.name)) as tx:
                await self._parking.end(tx.connection, stream, outcome)
            return
        self._look_at = 0.0

    async def _take_again(self, shard: str, stream: Stream, fact: ParkedFact) -> str:
        """One parked fact the way every fact takes; TAKEN, or why it must go on waiting."""
        read = await self._log.read(shard, frozenset({stream[0]}), fact.before, 1)
        if not read or read[0].id != fact.fact_id:
            return "not in the log"
        try:
            return await self._take(shard, stream, read[0])
        except Fenced:
            raise
        except Exception as error:
            if is_away(error) or is_collision(error):
                raise
            return type(error).__name__

    async def _take(self, shard: str, stream: Stream, told: Told) -> str:
        async with self._database.transaction(*self._keys(told), cause=_cause(self.name)) as tx:
            seen = await self._ledger.seen(tx.connection, [told])
            seen.parked.clear()
            verdict = seen.judge(told)
            if verdict is Verdict.PARK:
                return seen.why
            if verdict is Verdict.APPLY:
                await self._take_effect(told, tx)
            if verdict is not Verdict.SKIP:
                seen.advance(told)
            await self._ledger.remember(tx.connection, seen)
            await self._parking.take_out(tx.connection, told)
            if not await self._parking.has(tx.connection, stream):
                await self._parking.end(tx.connection, stream, TAKEN)
            await tx.flush()
            if not await self._ledger.holds(tx.connection, shard, self._fences[shard]):
                raise Fenced(f"{self.name}/{shard}")
        self.health.applied += verdict is Verdict.APPLY
        return TAKEN

    def _keys(self, told: Told) -> tuple[LockKey, ...]:
        if isinstance(told, Unreadable) or told.type not in self._reactions:
            return (aggregate(told.key),)
        return self._reactions[told.type].keys(told)


def _cause(consumer: str) -> Cause:
    return Cause(actor=f"consumer:{consumer}", correlation_id="")


def _following(told: Envelope[Any], consumer: str) -> Cause:
    """What a reaction tells follows the fact it reacts to, and belongs to the same errand."""
    return Cause(
        actor=f"consumer:{consumer}",
        correlation_id=told.cause.correlation_id,
        causation_id=told.id,
        exercise_id=told.cause.exercise_id,
    )
