"""A consumer: facts in, effects out, position and effect in one transaction of its own database.

R5: only version have+1 of a stream takes effect; lower is a repeat and skipped, higher is a hole
and parks the key. R12: the position moves with the effect and with the owner's fence, so that a
zombie consumer is harmless. R14: a poisoned key is parked and stops nobody else. Whatever a step
ends by, a consumer believes its books and not its memory: a commit that nobody acknowledged may
have taken effect.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from time import monotonic as _now
from typing import Final

import structlog

from beaconfire_contracts.envelope import START, Envelope, LogPosition
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.locks import aggregate
from beaconfire_platform.database import Database, Tx
from beaconfire_platform.log.aside import Ignored, tell_parked
from beaconfire_platform.log.effects import AtEnd, Effects
from beaconfire_platform.log.health import ConsumerHealth
from beaconfire_platform.log.ledger import HOLE, ConsumerLedger, HoleMet, Move, Seen, Verdict
from beaconfire_platform.log.parking import Parking, Waits
from beaconfire_platform.log.parting import each, is_of_no_fact, parted, place_of
from beaconfire_platform.log.patience import back_off_s, end_if_cancelled, is_collision
from beaconfire_platform.log.port import FactLog, Facts, Garbled, Read, Share, Told
from beaconfire_platform.log.portion import Portion
from beaconfire_platform.log.quarantine import set_aside
from beaconfire_platform.log.reaction import Reaction
from beaconfire_platform.log.taking import Taking
from beaconfire_platform.log.unparking import Unparking
from beaconfire_platform.our_words import said_of

BATCH_FACTS_MAX: Final = 200
"""Facts in one transaction: enough to amortise a commit, few enough to hold locks briefly."""
POLL_S: Final = 0.2
"""Readers look at least this often, whatever the doorbell does (R8)."""
GATHER_S: Final = 0.2
"""So long facts may gather before they are taken together: one commit for what came together, and
the picture, which gathers nothing, has the machine to itself for as long.
"""
ATTEMPTS_MAX: Final = 3
"""At once one after the other: `patience` says what may lie between them (R14)."""
LOOK_S: Final = 1.0
"""While keys are parked, how often to look whether somebody asked for one to be taken again."""
READ_AGAIN_S: Final = 3_600.0
"""A shard with a hole is read again from its start, but not more often: a hole may be for good."""
_log: Final = structlog.get_logger(__name__)


class Consumer:
    """Reads one log for one service and lets facts take effect, each exactly once."""

    ledger: type[ConsumerLedger] = ConsumerLedger
    """Its kind of books: a consumer with a planted fault has others."""
    early_s_max = 0.2
    """So long its position may stay behind what took effect: it moves with what comes next."""

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
        hurries: bool = False,
        at_end: AtEnd | None = None,
        forgets: Callable[[], None] | None = None,
    ) -> None:
        """`reactions` by class of fact; facts of `sources` without one only move the versions.
        Who `hurries` lets facts take effect that its position may not pass yet.
        `forgets` is told when what the effects remember may not be so any longer.
        A `replay` makes state anew: it reaches nobody outside (R13), and what it tells is on
        record already.
        """
        self.name = name
        self.sources = sources
        self.health = ConsumerHealth()
        self._database = database
        self._portion = Portion(batch)
        self._ledger = self.ledger(name)
        self._parking = Parking(name)
        self._ignored = Ignored(name)
        self._effects = Effects(name, reactions, at_end, is_replay=replay)
        self._taking = Taking(name, database, self._effects, self._ledger)
        self._unparking = Unparking(name, log, database, self._effects)
        self._read_again_at: dict[str, float] = {}
        self._look_at = 0.0
        self._hurries = hurries
        self._early, self._early_since = set[str](), 0.0
        self._failed = ""
        """What failed ahead of its turn was tried once."""
        self._after_batch, self._forgets = after_batch, forgets
        self._is_finishing = False
        self._in_hand: int | None = None
        self._fences: dict[str, int] = {}
        self._turns, self._is_patient = database.bell.turns, gather_s > 0
        self._in_turn = self._turns.later if self._is_patient else self._turns.first
        self._reader = log.reader(name, sources, share=share, gather_s=gather_s)

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

    async def ends(self) -> Mapping[str, LogPosition]:
        """Where the shards end that are ours, as far as anybody can tell now."""
        return await self._reader.ends(frozenset(self.health.positions))

    async def _turn(self) -> None:
        try:
            if not await self.step():
                await self._reader.wait(POLL_S)
            self.health.went_well()
        except Exception as error:
            self.health.failed(error)
            _log.warning("consumer_failed", consumer=self.name, **said_of(error),
                         in_a_row=self.health.failures)  # fmt: skip
            if not (is_of_no_fact(error) or is_collision(error)):
                raise
            await asyncio.sleep(back_off_s(self.health.failures))

    async def step(self) -> int:
        """Let one batch take effect; returns how much it held."""
        with ExitStack() as unless_done:
            unless_done.callback(self._forget)
            async with self._in_turn(), self._reader.steady():
                held = await self._step()
            unless_done.pop_all()
        return held

    async def _step(self) -> int:
        await self._own(await self._reader.shards())
        if not self._fences:
            return 0
        await self._take_asked()
        if self._hurries and self._may_stay() and (held := await self._apply_ahead()):
            return held  # what was told here need not be asked for first
        facts = each(await self._reader.take(self.health.positions, self._portion.facts))
        if self._hurries and (not facts or self._may_wait(facts)):
            return await self._apply_ahead()
        if not facts:
            return 0
        try:
            with self._portion.timed(len(facts)):
                await self._apply_parted(facts)
        except HoleMet as hole:
            await self._read_again(hole.shard)
        if self._early:
            self._early.difference_update(
                told.id for _, told in facts if not isinstance(told, Garbled)
            )
        self._early_since = _now()
        if self._after_batch is not None:
            self._after_batch()
        return len(facts)

    def _may_wait(self, facts: Facts) -> bool:
        """Whether all of this took effect before, and its position may wait for what comes next."""
        return self._may_stay() and all(
            not isinstance(told, Garbled) and told.id in self._early for _, told in facts
        )

    def _may_stay(self) -> bool:
        """Whether the position may stay behind for now."""
        return not self._early or _now() - self._early_since < self.early_s_max

    async def _apply_ahead(self) -> int:
        """What our position may not pass yet takes effect by its version, and is a repeat later.

        Whatever cannot is left to the time when the position passes it.
        """
        facts = [
            (shard, told)
            for shard, told in self._reader.ahead(self.health.positions, self._early)
            if isinstance(told, Envelope) and shard in self._fences and told.id != self._failed
        ][: self._portion.facts]
        if not facts:
            return 0
        try:
            with self._portion.timed(len(facts)):
                taken = await self._taking.ahead(facts, self._fences)
        except Exception as error:
            if is_of_no_fact(error):
                raise
            _log.info("not_ahead", consumer=self.name, **said_of(error))
            self._early.clear()
            self._failed = self._taking.in_hand
            return 0
        if not self._early:
            self._early_since = _now()
        self._early.update(taken)
        self.health.applied += len(taken)
        if taken and self._after_batch is not None:
            self._after_batch()
        return len(taken)

    async def _own(self, shards: frozenset[str]) -> None:
        """Claim what came to us, forget what was taken away."""
        lost = self._fences.keys() - shards
        for gone in lost:
            del self._fences[gone], self.health.positions[gone]
            self._disbelieve()
        fresh = sorted(shards - self._fences.keys())
        if lost and not fresh:
            await self._count_waiting()
        if not fresh:
            return
        locks = [aggregate(f"consumer/{self.name}/{shard}") for shard in fresh]
        async with self._taking.transaction(*locks) as tx:
            claimed = [await self._ledger.claim(tx.connection, shard) for shard in fresh]
        for shard, (position, fence) in zip(fresh, claimed, strict=True):
            self._fences[shard] = fence
            self.health.positions[shard] = position
        self._look_at = 0.0
        await self._count_waiting()

    async def _take_asked(self) -> None:
        """Take again the parked keys that somebody asked for, looking now and then."""
        now = _now()
        if not self.health.parked_keys or now < self._look_at:
            return
        self._look_at = now + LOOK_S
        done = await self._unparking.look(self._fences, self.health.positions, self._portion.facts)
        self.health.applied += done.applied
        if done.is_any:
            self._disbelieve()
            await self._count_waiting()
        if done.is_more:
            self._look_at = 0.0
        for shard in done.read_again:
            await self._read_again(shard)

    async def _count_waiting(self) -> None:
        """Bring to mind which keys wait; an error for each that too much waits with by now."""
        before = set(self.health.overfull)
        self.health.parked_keys, self._taking.parked = await self._parking.counts(
            self._database.pool, self._fences
        )
        for source, key in set(self.health.overfull) - before:
            _log.error("parked_behind_max", consumer=self.name, source=source, key=key)

    def _forget(self) -> None:
        """Drop fences and positions in memory: the next step claims and reads them anew."""
        self._fences.clear()
        self._disbelieve()
        self._early.clear()
        self.health.positions.clear()
        self.health.parked_keys = {}

    def _disbelieve(self) -> None:
        """Somebody else may have written what was read or written here."""
        self._ledger.forget()
        if self._forgets is not None:
            self._forgets()

    async def _apply_parted(self, facts: Facts) -> None:
        """Together; when one fails, those before it, then it alone, then the rest together."""
        while facts:
            if self._failed and (at := place_of(self._failed, facts)) is not None:
                self._failed = ""  # asked once
            else:
                try:
                    await self._apply(facts)
                except Exception as error:
                    if is_of_no_fact(error):
                        raise
                    _log.info("batch_parted", consumer=self.name, **said_of(error))
                    at = self._in_hand
                else:
                    return
            sound, alone, facts = parted(facts, at)
            await self._apply_parted(sound)
            for shard, told in alone:
                await self._apply_alone(shard, told, 0 if at is None else 1)

    async def _apply(self, facts: Facts) -> None:
        """One transaction: all locks, then each fact's effect in order, then the positions."""
        moves, aside = Move.each(facts, self._fences, self.health.positions), self._turns.aside()

        async def take(facts: Facts, tx: Tx) -> tuple[Seen, Counter[Verdict]]:
            readable = [told for _, told in facts if not isinstance(told, Garbled)]
            seen, verdicts = await self._ledger.seen(tx, readable), list[Verdict]()
            for self._in_hand, (shard, told) in enumerate(facts):
                if self._is_patient:
                    await aside.give_way()
                verdicts.append(await self._settle(shard, told, seen, tx))
            self._in_hand = None
            await self._effects.finish(tx)
            self._ledger.move(tx, moves, seen)
            return seen, Counter(verdicts)

        self._in_hand = None
        counts = await self._taking.take(facts, take)
        self.health.moved(moves)
        self.health.judged(counts)
        if counts[Verdict.PARK]:
            await self._count_waiting()

    async def _settle(self, shard: str, told: Read, seen: Seen, tx: Tx) -> Verdict:
        """What becomes of one, and make it so."""
        if isinstance(told, Garbled):
            await set_aside(tx.connection, self.name, shard, told)
            return Verdict.QUARANTINE
        verdict = seen.judge(told)
        if verdict is Verdict.PARK:
            tx.needs_more()
            if seen.why == HOLE and self._may_read_again(shard):
                raise HoleMet(shard, told)
            tell_parked(self.name, told, seen.why)
            await self._parking.park(tx.connection, shard, told, seen.why, 0)
        elif verdict is Verdict.APPLY:
            await self._effects.take(told, tx)
            seen.advance(told)
        elif verdict is Verdict.IGNORE:
            self._ignored.tell(told)
            seen.advance(told)
        return verdict

    def _may_read_again(self, shard: str) -> bool:
        return _now() - self._read_again_at.get(shard, float("-inf")) > READ_AGAIN_S

    async def _read_again(self, shard: str) -> None:
        """From its start: versions tell the repeats, and what was missing is found on the way."""
        self._read_again_at[shard] = _now()
        fence, at = self._fences[shard], self.health.positions[shard]
        async with self._taking.transaction() as tx:
            self._ledger.move(tx, [Move(shard, fence, at, START)])
        self.health.positions[shard] = START
        _log.error("shard_read_again", consumer=self.name, shard=shard, was=at.text())

    async def _apply_alone(self, shard: str, told: Read, tried: int) -> None:
        for attempt in range(tried + 1, ATTEMPTS_MAX + 1):
            try:
                await self._apply([(shard, told)])
            except Exception as error:
                if is_of_no_fact(error):
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
        why, stream = type(error).__name__, (told.source, told.key)
        tell_parked(self.name, told, why, error)
        moves = Move.each([(shard, told)], self._fences, self.health.positions)
        async with self._taking.transaction(*self._effects.keys(told)) as tx:
            self._parking.park_at_last(tx, shard, told, why, ATTEMPTS_MAX)
            self._ledger.move(tx, moves)
        self._ledger.forget(stream)
        self.health.moved(moves)
        self.health.parked += 1
        if stream in self._taking.parked:
            await self._count_waiting()
        else:  # the first of its stream: nobody is asked how many wait
            self.health.parked_keys[stream] = Waits(1, why)
            self._taking.parked |= {stream}
