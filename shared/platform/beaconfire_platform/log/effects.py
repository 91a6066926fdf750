"""What facts do in one consumer's service: their locks, their effects, whose errand it is (R13)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeAlias

from beaconfire_contracts.envelope import Cause, Envelope
from beaconfire_contracts.facts import Fact, spec_for
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_platform.database import Tx
from beaconfire_platform.log.intents import PgIntents
from beaconfire_platform.log.port import Told, Unreadable
from beaconfire_platform.log.reaction import Reaction

AtEnd: TypeAlias = Callable[[Tx], Awaitable[None]]
"""Called in the transaction once all effects of a batch are done."""


class Effects:
    """Lets facts take effect in a transaction that somebody else begins and commits."""

    def __init__(
        self,
        consumer: str,
        reactions: Mapping[type[Fact], Reaction],
        at_end: AtEnd | None,
        *,
        is_replay: bool,
    ) -> None:
        """Facts without a reaction do nothing. `is_replay` as a consumer has it."""
        self._consumer = consumer
        self._reactions = {spec_for(one).name: reaction for one, reaction in reactions.items()}
        self._at_end = at_end
        self._is_replay = is_replay

    def keys(self, told: Told) -> tuple[LockKey, ...]:
        """The locks that the effect needs before anything else."""
        if isinstance(told, Unreadable) or told.type not in self._reactions:
            return (aggregate(told.key),)
        return self._reactions[told.type].keys(told)

    def are_at_once(self, facts: Iterable[Told]) -> bool:
        """Whether each of these needs no lock, and writes by what the transaction does at last."""
        return all(
            isinstance(told, Envelope)
            and (reaction := self._reactions.get(told.type)) is not None
            and reaction.is_at_once
            for told in facts
        )

    async def take(self, told: Told, tx: Tx) -> None:
        """The effect of one fact; of a replay nothing goes out and nothing is told."""
        if isinstance(told, Unreadable):
            return
        reaction = self._reactions.get(told.type)
        if reaction is None:
            return
        tx.because = partial(_following, told, self._consumer)
        if not self._is_replay:
            tx.intents = PgIntents(tx.later, self._consumer, told.id)
            await reaction.effect(told, tx)
            return
        told_before, tx.intents = len(tx.told), None
        await reaction.effect(told, tx)
        tx.take_back(told_before)

    async def finish(self, tx: Tx) -> None:
        """All effects of this transaction are done; what they put off is written at its end."""
        if self._at_end is not None:
            await self._at_end(tx)


def cause_of(consumer: str) -> Cause:
    """Of what a consumer does by itself."""
    return Cause(actor=f"consumer:{consumer}", correlation_id="")


def _following(told: Envelope[Any], consumer: str) -> Cause:
    """What a reaction tells follows the fact it reacts to, and belongs to the same errand."""
    return Cause(
        actor=f"consumer:{consumer}",
        correlation_id=told.cause.correlation_id,
        causation_id=told.id,
        exercise_id=told.cause.exercise_id,
    )
