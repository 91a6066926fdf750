"""How a batch takes effect: by one statement where that is enough, else in a whole transaction."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

from beaconfire_contracts.locks import LockKey
from beaconfire_platform.database import Database, Tx
from beaconfire_platform.log.effects import Effects, cause_of
from beaconfire_platform.log.ledger import ConsumerLedger, Seen, Verdict
from beaconfire_platform.log.parking import Stream
from beaconfire_platform.log.port import Facts, Garbled, Told
from beaconfire_platform.looking import NotAtOnce

T = TypeVar("T")
Take = Callable[[Facts, Tx], Awaitable[tuple[Seen, T]]]
"""Lets facts take effect in a transaction: the versions that moved, and what came of it."""


class Taking:
    """The transactions of one consumer."""

    def __init__(
        self, consumer: str, database: Database, effects: Effects, ledger: ConsumerLedger
    ) -> None:
        """All three are the consumer's own."""
        self._cause = cause_of(consumer)
        self._database = database
        self._effects = effects
        self._ledger = ledger
        self.in_hand = ""
        """The id of the fact that `ahead` was at."""
        self.parked = frozenset[Stream]()
        """Keys that wait for a person, of whatever shard: theirs is never the short way."""

    def transaction(self, *locks: LockKey) -> AbstractAsyncContextManager[Tx]:
        """A whole one."""
        return self._database.transaction(*locks, cause=self._cause)

    async def take(self, facts: Facts, take: Take[T]) -> T:
        """Let facts take effect; what moved is believed once it is committed."""
        told_all = [told for _, told in facts if not isinstance(told, Garbled)]
        if len(told_all) == len(facts) and self._may_be_at_once(told_all):
            try:
                async with self._database.at_once(cause=self._cause) as tx:
                    seen, found = await take(facts, tx)
            except NotAtOnce:
                pass  # nothing was written; the long way asks for what was taken for granted
            else:
                self._ledger.stands(seen)
                return found
        keys = {key for told in told_all for key in self._effects.keys(told)}
        async with self.transaction(*keys) as tx:
            seen, found = await take(facts, tx)
        self._ledger.stands(seen)
        return found

    async def ahead(self, facts: Facts, fences: Mapping[str, int]) -> list[str]:
        """Effects and versions alone, of what no position may pass yet; which facts had one."""

        async def take(facts: Facts, tx: Tx) -> tuple[Seen, list[str]]:
            told_all = [told for _, told in facts if not isinstance(told, Garbled)]
            seen = await self._ledger.seen(tx, told_all)
            taken: list[str] = []
            for told in told_all:
                self.in_hand = told.id
                if seen.judge(told) is Verdict.APPLY:
                    await self._effects.take(told, tx)
                    seen.advance(told)
                    taken.append(told.id)
            self.in_hand = ""
            await self._effects.finish(tx)
            self._ledger.remember(tx, seen)
            self._ledger.hold(tx, {shard: fences[shard] for shard, _ in facts})
            return seen, taken

        return await self.take(facts, take)

    def _may_be_at_once(self, told_all: list[Told]) -> bool:
        """The effects allow it, and none of these streams waits for a person."""
        return self._effects.are_at_once(told_all) and not any(
            (told.source, told.key) in self.parked for told in told_all
        )
