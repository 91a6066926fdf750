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
from functools import partial
from typing import Any, Final

import structlog

from beaconfire_contracts.envelope import Cause, Envelope
from beaconfire_contracts.facts import Fact, spec_for
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_platform.database import Database, Tx
from beaconfire_platform.log.aside import tell_ignored, tell_parked
from beaconfire_platform.log.health import ConsumerHealth
from beaconfire_platform.log.intents import PgIntents
from beaconfire_platform.log.ledger import ConsumerLedger, Move, Seen, Verdict
from beaconfire_platform.log.parking import TAKEN, Asked, ParkedFact, Parking, Stream
from beaconfire_platform.log.parting import Facts, each, parted
from beaconfire_platform.log.patience import back_off_s, end_if_cancelled, is_away, is_collision
from beaconfire_platform.log.port import FactLog, Garbled, Read, Share, Told, Unreadable
from beaconfire_platform.log.quarantine import set_aside
from beaconfire_platform.log.reaction import Reaction

BATCH_FACTS_MAX: Final = 200
"""Facts in one transaction: enough to amortise a commit, few enough to hold locks briefly."""
POLL_S: Final = 0.2
"""Readers look at least this often, whatever the doorbell does (R8)."""
GATHER_S: Final = 0.05
"""So long facts may gather before they are taken together: one commit for what came together, and
the picture, which gathers nothing, has the machine to itself for as long.
"""
ATTEMPTS_MAX: Final = 3
LOOK_S: Final = 1.0
"""While keys are parked, how often to look whether somebody asked for one to be taken again."""
_log: Final = structlog.get_logger(__name__)


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
        share: Share = Share.DEALT,
        at_end: Callable[[Tx], Awaitable[None]] | None = None,
    ) -> None:
        """`reactions` by class of fact; facts of `sources` without one only move the versions.
        `at_end` is called in the transaction once all effects of a batch are done. A `replay`
        makes state anew: it reaches nobody outside (R13), and what it tells is on record already.
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
        self._at_end = at_end
        self._is_replay = replay
        self._is_finishing = False
        self._in_hand: int | None = None
        self._fences: dict[str, int] = {}
        self._reader = log.reader(name, sources, share=share)

    async def run(self) -> None:
        """Consume what is ours until cancelled; what passes is logged, waited out, tried again.

        Any other error ends it; called again, it claims its positions anew.
        """
        try:
            while not self._is_finishing:
                await self._turn()
                end_if_cancelled()
        finally:
            await self.close()

    def finish(self) -> None:
        """End `run` once the batch in hand has taken effect."""
        self._is_finishing = True

    async def close(self) -> None:
        """Give back what is read; a further step begins anew."""
        self._forget()
        await self._reader.close()

    async def behind(self) -> int | None:
        """How many facts wait behind our positions; None while nobody can tell."""
        return await self._reader.behind(self.health.positions)

    async def _turn(self) -> None:
        try:
            moved = await self.step()
            self.health.went_well()
            if not moved:
                await self._reader.wait(POLL_S)
                if self._gather_s:
                    await asyncio.sleep(self._gather_s)
        except Exception as error:
            self.health.failed(error)
            _log.warning("consumer_failed", consumer=self.name, error=type(error).__name__,
                         in_a_row=self.health.failures)  # fmt: skip
            if not (_is_of_no_fact(error) or is_collision(error)):
                raise
            await asyncio.sleep(back_off_s(self.health.failures))

    async def step(self) -> int:
        """Let one batch take effect; returns how much it held."""
        with ExitStack() as unless_done:
            unless_done.callback(self._forget)
            async with self._reader.steady():
                held = await self._step()
            unless_done.pop_all()
        return held

    async def _step(self) -> int:
        await self._own(await self._reader.shards())
        if not self._fences:
            return 0
        await self._take_asked()
        batch = await self._reader.take(self.health.positions, self._batch)
        if not batch:
            return 0
        await self._apply_parted(each(batch))
        if self._after_batch is not None:
            self._after_batch()
        return sum(len(found) for found in batch.values())

    async def _own(self, shards: frozenset[str]) -> None:
        """Claim what came to us, forget what was taken away."""
        lost = self._fences.keys() - shards
        for gone in lost:
            del self._fences[gone], self.health.positions[gone]
        fresh = sorted(shards - self._fences.keys())
        if lost and not fresh:
            await self._count_waiting()
        if not fresh:
            return
        locks = [aggregate(f"consumer/{self.name}/{shard}") for shard in fresh]
        async with self._database.transaction(*locks, cause=_cause(self.name)) as tx:
            claimed = [await self._ledger.claim(tx.connection, shard) for shard in fresh]
        for shard, (position, fence) in zip(fresh, claimed, strict=True):
            self._fences[shard] = fence
            self.health.positions[shard] = position
        self._look_at = 0.0
        await self._count_waiting()

    async def _count_waiting(self) -> None:
        """Bring to mind which keys wait; an error for each that too much waits with by now."""
        before = set(self.health.overfull)
        self.health.waiting = await self._parking.counts(self._database.pool, self._fences)
        for source, key in set(self.health.overfull) - before:
            _log.error("parked_behind_max", consumer=self.name, source=source, key=key)

    def _forget(self) -> None:
        """Drop fences and positions in memory: the next step claims and reads them anew."""
        self._fences.clear()
        self.health.positions.clear()
        self.health.waiting = {}

    def _moves(self, facts: Facts) -> list[Move]:
        return [
            Move(shard, self._fences[shard], self.health.positions[shard], last)
            for shard, last in {shard: told.position for shard, told in facts}.items()
        ]

    async def _apply_parted(self, facts: Facts) -> None:
        """Together; when one fails, those before it, then it alone, then the rest together."""
        while facts:
            try:
                await self._apply(facts)
            except Exception as error:
                if _is_of_no_fact(error):
                    raise
                _log.info("batch_parted", consumer=self.name, error=type(error).__name__)
                tried = 0 if self._in_hand is None else 1
                sound, alone, facts = parted(facts, self._in_hand)
                await self._apply_parted(sound)
                for shard, told in alone:
                    await self._apply_alone(shard, told, tried)
            else:
                return

    async def _apply(self, facts: Facts) -> None:
        """One transaction: all locks, then each fact's effect in order, then the positions."""
        readable = [told for _, told in facts if not isinstance(told, Garbled)]
        keys = {key for told in readable for key in self._keys(told)}
        counts = dict.fromkeys(Verdict, 0)
        moves = self._moves(facts)
        self._in_hand = None
        async with self._database.transaction(*keys, cause=_cause(self.name)) as tx:
            seen = await self._ledger.seen(tx.connection, readable)
            for self._in_hand, (shard, told) in enumerate(facts):
                counts[await self._settle(shard, told, seen, tx)] += 1
            self._in_hand = None
            await self._finish(tx)
            if not await self._ledger.move(tx.connection, moves, seen):
                raise Fenced(self.name)
        self._moved(moves)
        self.health.ignored += counts[Verdict.IGNORE]
        self.health.applied += counts[Verdict.APPLY]
        self.health.skipped += counts[Verdict.SKIP]
        self.health.parked += counts[Verdict.PARK]
        self.health.quarantined += counts[Verdict.QUARANTINE]
        if counts[Verdict.PARK]:
            await self._count_waiting()

    async def _settle(self, shard: str, told: Read, seen: Seen, tx: Tx) -> Verdict:
        """What becomes of one, and make it so."""
        if isinstance(told, Garbled):
            await set_aside(tx.connection, self.name, shard, told)
            return Verdict.QUARANTINE
        verdict = seen.judge(told)
        if verdict is Verdict.PARK:
            tell_parked(self.name, told, seen.why)
            await self._parking.park(tx.connection, shard, told, seen.why, 0)
        elif verdict is Verdict.IGNORE:
            tell_ignored(self.name, told.type)
        elif verdict is Verdict.APPLY:
            await self._take_effect(told, tx)
        if verdict in (Verdict.APPLY, Verdict.IGNORE):
            seen.advance(told)
        return verdict

    def _moved(self, moves: list[Move]) -> None:
        for move in moves:
            self.health.positions[move.shard] = move.new
        self.health.moves += len(moves)

    async def _take_effect(self, told: Told, tx: Tx) -> None:
        if isinstance(told, Unreadable):
            return
        reaction = self._reactions.get(told.type)
        if reaction is None:
            return
        tx.because = partial(_following, told, self.name)
        if not self._is_replay:
            tx.intents = PgIntents(tx.connection, self.name, told.id)
            await reaction.effect(told, tx)
            return
        told_before, tx.intents = len(tx.told), None
        await reaction.effect(told, tx)
        tx.take_back(told_before)

    async def _apply_alone(self, shard: str, told: Read, tried: int) -> None:
        for attempt in range(tried + 1, ATTEMPTS_MAX + 1):
            try:
                await self._apply([(shard, told)])
            except Exception as error:
                if _is_of_no_fact(error):
                    raise
                if is_collision(error) and attempt < ATTEMPTS_MAX:
                    await asyncio.sleep(back_off_s(attempt))
                elif attempt == ATTEMPTS_MAX:
                    if is_collision(error) or isinstance(told, Garbled):
                        raise  # no key is at fault, or none is known; and nothing is skipped
                    await self._park(shard, told, error)
            else:
                return

    async def _park(self, shard: str, told: Told, error: Exception) -> None:
        tell_parked(self.name, told, type(error).__name__, error)
        moves = self._moves([(shard, told)])
        async with self._database.transaction(*self._keys(told), cause=_cause(self.name)) as tx:
            await self._parking.park(tx.connection, shard, told, type(error).__name__, ATTEMPTS_MAX)
            if not await self._ledger.move(tx.connection, moves):
                raise Fenced(self.name)
        self._moved(moves)
        self.health.parked += 1
        await self._count_waiting()

    async def _take_asked(self) -> None:
        """Take again the parked keys that somebody asked for, looking now and then."""
        now = asyncio.get_running_loop().time()
        if not self.health.waiting or now < self._look_at:
            return
        self._look_at = now + LOOK_S
        for asked in await self._parking.asked(self._database.pool, self._fences):
            if asked.skip_fact is not None:
                await self._skip(asked)
            await self._take_key(asked.stream)
            await self._count_waiting()

    async def _skip(self, asked: Asked) -> None:
        """Somebody decided that the first fact of a parked key takes no effect here."""
        async with self._database.transaction(
            aggregate(asked.stream[1]), cause=_cause(self.name)
        ) as tx:
            shard = await self._parking.skip(tx.connection, asked)
            if shard is not None:
                await self._hold(tx, shard)
                _log.warning("fact_skipped", consumer=self.name, key=asked.stream[1],
                             fact=asked.skip_fact, by=asked.actor)  # fmt: skip

    async def _take_key(self, stream: Stream) -> None:
        """A batch of one key's facts, in order; the first that cannot be taken ends the request."""
        for fact in await self._parking.waiting(self._database.pool, stream, self._batch):
            outcome = await self._take_again(stream, fact)
            if outcome == TAKEN:
                continue
            _log.error("fact_parked_again", consumer=self.name, key=stream[1], error=outcome)
            async with self._database.transaction(cause=_cause(self.name)) as tx:
                await self._parking.end(tx.connection, stream, outcome)
            return
        self._look_at = 0.0

    async def _take_again(self, stream: Stream, fact: ParkedFact) -> str:
        """One parked fact the way every fact takes; TAKEN, or why it must go on waiting."""
        read = await self._log.read(fact.shard, frozenset({stream[0]}), fact.before, 1)
        told = read[0] if read else None
        if told is None or isinstance(told, Garbled) or told.id != fact.fact_id:
            return "not in the log"
        try:
            return await self._take(fact.shard, stream, told)
        except Exception as error:
            if _is_of_no_fact(error) or is_collision(error):
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
            await self._finish(tx)
            await self._hold(tx, shard)
        self.health.applied += verdict is Verdict.APPLY
        return TAKEN

    async def _finish(self, tx: Tx) -> None:
        """All effects of this transaction are done."""
        if self._at_end is not None:
            await self._at_end(tx)
        await tx.flush()

    async def _hold(self, tx: Tx, shard: str) -> None:
        """Fenced unless the shard is ours until this transaction ends."""
        fence = self._fences.get(shard)
        if fence is None or not await self._ledger.holds(tx.connection, shard, fence):
            raise Fenced(self.name)

    def _keys(self, told: Told) -> tuple[LockKey, ...]:
        if isinstance(told, Unreadable) or told.type not in self._reactions:
            return (aggregate(told.key),)
        return self._reactions[told.type].keys(told)


def _is_of_no_fact(error: Exception) -> bool:
    """Nobody's key is at fault: the database is away, or the position is not ours."""
    return is_away(error) or isinstance(error, Fenced)


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
