"""A consumer: facts in, effects out, position and effect in one transaction of its own database.

R5: only version have+1 of a stream takes effect; lower is a repeat and skipped, higher is a hole
and parks the key. R12: the position moves with the effect and with the owner's fence, so that a
zombie consumer is harmless. R14: a poisoned key is parked and stops nobody else.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg
import structlog

from beaconfire_contracts.envelope import Cause, Envelope, LogPosition
from beaconfire_contracts.facts import Fact, spec_for
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_platform.database import Database, Tx
from beaconfire_platform.log.ledger import ConsumerLedger, Verdict
from beaconfire_platform.log.port import FactLog, Told, Unreadable

BATCH_FACTS_MAX: Final = 200
"""Facts in one transaction: enough to amortise a commit, few enough to hold locks briefly."""
POLL_S: Final = 0.2
"""Readers look at least this often, whatever the doorbell does (R8)."""
ATTEMPTS_MAX: Final = 3
BACK_OFF_S_MAX: Final = 5.0
_TRANSIENT: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.LockNotAvailableError,
    asyncpg.InterfaceError,
    OSError,
    TimeoutError,
)
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
    parked: int = 0
    failing: str | None = None


class Fenced(Exception):  # noqa: N818  (told by name)
    """Somebody else owns this consumer's position now; this one must stop."""


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
        after_batch: Callable[[], None] | None = None,
    ) -> None:
        """`reactions` by class of fact; facts of `sources` without one only move the versions."""
        self.name = name
        self.health = ConsumerHealth()
        self._log = log
        self._database = database
        self._sources = sources
        self._reactions = {spec_for(one).name: reaction for one, reaction in reactions.items()}
        self._batch = batch
        self._ledger = ConsumerLedger(name)
        self._after_batch = after_batch
        self._fences: dict[str, int] = {}

    async def run(self) -> None:
        """Consume every shard until cancelled; errors are logged, waited out and tried again."""
        async with asyncio.TaskGroup() as group:
            for shard in await self._log.shards(self._sources):
                group.create_task(self._run_shard(shard))

    async def _run_shard(self, shard: str) -> None:
        failures = 0
        while True:
            try:
                if shard not in self._fences:
                    await self._claim(shard)
                signals = self._log.signals()
                moved = await self.step(shard)
                failures, self.health.failing = 0, None
                if not moved:
                    await self._log.wait(POLL_S, since=signals)
            except Fenced:
                _log.warning("consumer_fenced", consumer=self.name, shard=shard)
                raise
            except _TRANSIENT as error:
                failures += 1
                self.health.failing = type(error).__name__
                _log.warning("consumer_waits", consumer=self.name, error=type(error).__name__)
                await asyncio.sleep(_back_off_s(failures))

    async def _claim(self, shard: str) -> None:
        async with self._database.transaction(
            aggregate(f"consumer/{self.name}/{shard}"), cause=_cause(self.name)
        ) as tx:
            position, fence = await self._ledger.claim(tx.connection, shard)
        self._fences[shard] = fence
        self.health.position = position

    async def step(self, shard: str) -> int:
        """Let one batch take effect; returns how many facts it held."""
        if shard not in self._fences:
            await self._claim(shard)
        batch = await self._log.read(shard, self._sources, self.health.position, self._batch)
        if not batch:
            return 0
        try:
            await self._apply(shard, batch)
        except Fenced:
            raise
        except Exception as error:  # noqa: BLE001  (each fact is then tried alone and told by name)
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
                    await self._ledger.park(tx.connection, told, seen.reason(told), 0)
                elif verdict is Verdict.APPLY:
                    await self._take_effect(told, tx)
                    seen.advance(told)
            await self._ledger.remember(tx.connection, seen)
            await tx.flush()
            if not await self._ledger.move(
                tx.connection, shard, self.health.position, batch[-1].position, self._fences[shard]
            ):
                raise Fenced(f"{self.name}/{shard}")
        self.health.position = batch[-1].position
        self.health.applied += counts[Verdict.APPLY]
        self.health.skipped += counts[Verdict.SKIP]
        self.health.parked += counts[Verdict.PARK]

    async def _take_effect(self, told: Told, tx: Tx) -> None:
        if isinstance(told, Unreadable):
            return
        reaction = self._reactions.get(told.type)
        if reaction is None:
            return
        tx.cause = _following(told, self.name)
        await reaction.effect(told, tx)

    async def _apply_alone(self, shard: str, told: Told) -> None:
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                await self._apply(shard, [told])
            except Fenced:
                raise
            except _TRANSIENT:
                if attempt == ATTEMPTS_MAX:
                    raise  # the database is away: nobody's key is at fault
                await asyncio.sleep(_back_off_s(attempt))
            except Exception as error:  # noqa: BLE001  (parked with its class and logged in full)
                if attempt == ATTEMPTS_MAX:
                    _log.error(
                        "fact_parked",
                        consumer=self.name,
                        type=told.type,
                        key=told.key,
                        fact=told.id,
                        exc_info=error,
                    )
                    await self._park(shard, told, type(error).__name__)
                    return
                await asyncio.sleep(_back_off_s(attempt) / 10)
            else:
                return

    async def _park(self, shard: str, told: Told, error: str) -> None:
        async with self._database.transaction(*self._keys(told), cause=_cause(self.name)) as tx:
            await self._ledger.park(tx.connection, told, error, ATTEMPTS_MAX)
            if not await self._ledger.move(
                tx.connection, shard, self.health.position, told.position, self._fences[shard]
            ):
                raise Fenced(f"{self.name}/{shard}")
        self.health.position = told.position
        self.health.parked += 1

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


def _back_off_s(failures: int) -> float:
    """Full jitter below a doubling ceiling, 5 s at most (R41)."""
    ceiling = min(BACK_OFF_S_MAX, 0.1 * 2**failures)
    return random.uniform(0, ceiling)  # noqa: S311  (jitter, not a secret)
