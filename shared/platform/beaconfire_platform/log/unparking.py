"""Taking parked keys again, because somebody asked for it; the first fact may be left out (R14)."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from beaconfire_contracts.envelope import LogPosition
from beaconfire_contracts.locks import aggregate
from beaconfire_platform.database import Database
from beaconfire_platform.log.effects import Effects, cause_of
from beaconfire_platform.log.ledger import HOLE, ConsumerLedger, Verdict
from beaconfire_platform.log.parking import TAKEN, Asked, ParkedFact, Parking, Stream
from beaconfire_platform.log.patience import is_away, is_collision
from beaconfire_platform.log.port import FactLog, Garbled, Read, Told
from beaconfire_platform.our_words import Fenced

NOT_IN_LOG: Final = "not in the log"
FACTS_AT_ONCE_MAX: Final = 20
"""Of one key, each in a transaction of its own and asked of the log by itself."""
LASTS_S_MAX: Final = 0.5
"""So long all others wait for what somebody asked for; the rest comes after a batch of theirs."""
_log: Final = structlog.get_logger(__name__)


@dataclass(slots=True)
class Done:
    """What came of looking: how many facts took effect, and which shards must be read again."""

    applied: int = 0
    is_any: bool = False
    is_more: bool = False
    """There is more than is taken at once."""
    read_again: set[str] = field(default_factory=set)
    """Where a fact is missing that may lie before."""


class Unparking:
    """One consumer's way with its parked keys. A key is ours while a shard is in which any fact of
    it waits, by the fences of all that are; another fact may wait under a name of long ago.
    """

    def __init__(self, consumer: str, log: FactLog, database: Database, effects: Effects) -> None:
        """`effects` are the consumer's own."""
        self._consumer = consumer
        self._log = log
        self._database = database
        self._effects = effects
        self._ledger = ConsumerLedger(consumer)
        self._parking = Parking(consumer)
        self._read_for = set[int]()

    async def look(
        self, fences: Mapping[str, int], positions: Mapping[str, LogPosition], most: int
    ) -> Done:
        """Take what somebody asked for, at most so many facts of a key."""
        done, until = Done(), time.monotonic() + LASTS_S_MAX
        asked_all = await self._parking.asked(self._database.pool, fences)
        self._read_for &= {asked.number for asked in asked_all}
        for asked in asked_all:
            if done.is_any and time.monotonic() > until:
                done.is_more = True
                break
            done.is_any = True
            if asked.skip_fact is not None:
                await self._skip(asked, fences)
            await self._take_key(asked, fences, positions, most, done)
        return done

    async def _skip(self, asked: Asked, fences: Mapping[str, int]) -> None:
        """Somebody decided that the first fact of a parked key takes no effect here."""
        async with self._database.transaction(
            aggregate(asked.stream[1]), cause=cause_of(self._consumer)
        ) as tx:
            shard = await self._parking.skip(tx.connection, asked)
            if shard is not None:
                self._ledger.hold(tx, fences)
                _log.warning("fact_skipped", consumer=self._consumer, key=asked.stream[1],
                             fact=asked.skip_fact, by=asked.actor)  # fmt: skip

    async def _take_key(
        self,
        asked: Asked,
        fences: Mapping[str, int],
        positions: Mapping[str, LogPosition],
        most: int,
        done: Done,
    ) -> None:
        """A batch of one key's facts, in order; the first that cannot be taken ends the request."""
        most = min(most, FACTS_AT_ONCE_MAX)
        facts = await self._parking.waiting(self._database.pool, asked.stream, most)
        for fact, told in zip(facts, await self._found(asked.stream, facts), strict=True):
            outcome = await self._take_again(asked.stream, fact, told, fences, done)
            if outcome == TAKEN:
                continue
            if outcome in (HOLE, NOT_IN_LOG) and self._is_looked_for(asked, fact, positions, done):
                return
            _log.error("fact_parked_again", consumer=self._consumer, key=asked.stream[1],
                       error=outcome)  # fmt: skip
            async with self._database.transaction(cause=cause_of(self._consumer)) as tx:
                await self._parking.end(tx.connection, asked.stream, outcome)
            return
        done.is_more = True

    def _is_looked_for(
        self, asked: Asked, fact: ParkedFact, positions: Mapping[str, LogPosition], done: Done
    ) -> bool:
        """What is missing may lie before, in a topic that was filled anew: look once for a request.

        It is parked in front of the others as it is met; until we are here again nobody knows.
        """
        if fact.shard not in positions:
            return False  # nobody reads it by that name any more
        if asked.number not in self._read_for:
            self._read_for.add(asked.number)
            done.read_again.add(fact.shard)
            return True
        return positions[fact.shard] < fact.position

    async def _found(self, stream: Stream, facts: Sequence[ParkedFact]) -> list[Read | None]:
        """Each as the log has it, shard by shard; by a name that it had in another log, none."""
        found: dict[str, Read] = {}
        known = await self._log.shards(frozenset({stream[0]}))
        for shard in {fact.shard for fact in facts}.intersection(known):
            here = [fact for fact in facts if fact.shard == shard]
            read = await self._log.read_each(
                shard, frozenset({stream[0]}), [fact.before for fact in here]
            )
            found |= {
                fact.fact_id: told
                for fact, told in zip(here, read, strict=True)
                if told is not None
            }
        return [found.get(fact.fact_id) for fact in facts]

    async def _take_again(
        self,
        stream: Stream,
        fact: ParkedFact,
        told: Read | None,
        fences: Mapping[str, int],
        done: Done,
    ) -> str:
        """One parked fact the way every fact takes; TAKEN, or why it must go on waiting."""
        if told is None or isinstance(told, Garbled) or told.id != fact.fact_id:
            return NOT_IN_LOG
        try:
            return await self._take(stream, told, fences, done)
        except Exception as error:
            if is_away(error) or is_collision(error) or isinstance(error, Fenced):
                raise
            return type(error).__name__

    async def _take(self, stream: Stream, told: Told, fences: Mapping[str, int], done: Done) -> str:
        keys = self._effects.keys(told)
        async with self._database.transaction(*keys, cause=cause_of(self._consumer)) as tx:
            self._ledger.forget()
            seen = await self._ledger.seen(tx, [told])
            seen.parked.clear()
            verdict = seen.judge(told)
            if verdict is Verdict.PARK:
                return seen.why
            if verdict is Verdict.APPLY:
                await self._effects.take(told, tx)
            if verdict is not Verdict.SKIP:
                seen.advance(told)
            self._ledger.remember(tx, seen)
            await self._parking.take_out(tx.connection, told)
            if not await self._parking.has(tx.connection, stream):
                await self._parking.end(tx.connection, stream, TAKEN)
            await self._effects.finish(tx)
            self._ledger.hold(tx, fences)
        done.applied += verdict is Verdict.APPLY
        return TAKEN
