"""A batch takes effect by one statement where nothing asks for more, else in a transaction."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from beaconfire_contracts.envelope import START, Cause, Envelope
from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_platform.clauses import Clause
from beaconfire_platform.database import Tx
from beaconfire_platform.log.effects import Effects
from beaconfire_platform.log.ledger import ConsumerLedger, Seen
from beaconfire_platform.log.parting import each
from beaconfire_platform.log.port import Facts
from beaconfire_platform.log.postgres import SHARD
from beaconfire_platform.log.reaction import Reaction
from beaconfire_platform.log.taking import Taking
from beaconfire_testkit.log_harness import WRITER, LogHarness

NAME = "taking"
EFFECTS = Clause((("effects", """
    insert into situation.effect (consumer, key, version)
    select $1, key, version from unnest($2::text[], $3::bigint[]) as e (key, version)
"""),))  # fmt: skip


class Counted(Taking):
    """How often a whole transaction was needed."""

    whole = 0

    def transaction(self, *locks: Any) -> AbstractAsyncContextManager[Tx]:
        """As ever, and counted."""
        self.whole += 1
        return super().transaction(*locks)


class Consumer:
    """One whose books are `NAME`'s, and what it has met of a batch."""

    def __init__(self, table: LogHarness, *, is_at_once: bool = True) -> None:
        """Nothing was met yet."""
        self.met: list[Envelope[Any]] = []
        self.ledger = ConsumerLedger(NAME)
        reaction = Reaction(self._effect, is_at_once=is_at_once)
        self.effects = Effects(NAME, {LayerReleased: reaction}, self._write, is_replay=True)
        self.taking = Counted(NAME, table.reader, self.effects, self.ledger)

    async def _effect(self, told: Envelope[Any], _tx: Tx) -> None:
        if told.key == "ill":
            raise RuntimeError("planted")
        self.met.append(told)

    async def _write(self, tx: Tx) -> None:
        met, self.met = self.met, []
        tx.at_last(EFFECTS, NAME, [one.key for one in met], [one.key_version for one in met])

    async def take(self, facts: Facts, *parked: tuple[str, str]) -> int:
        """All of them, whatever their versions."""

        async def run(facts: Facts, tx: Tx) -> tuple[Seen, int]:
            self.met = []
            readable = [one for _, one in facts if isinstance(one, Envelope)]
            seen = await self.ledger.seen(tx, readable)
            for one in readable:
                await self.effects.take(one, tx)
                seen.advance(one)
            await self.effects.finish(tx)
            self.ledger.remember(tx, seen)
            return seen, len(readable)

        self.taking.parked = frozenset(parked)
        return await self.taking.take(facts, run)


@pytest.fixture
async def table(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


async def told(table: LogHarness, *keys: str) -> Facts:
    """Told one after the other, as the log has them."""
    for key in keys:
        await table.tell(key)
    reader = table.log.reader(NAME, frozenset({WRITER}), gather_s=0)
    return each(await reader.take({SHARD: START}, 100))


async def fence_of(table: LogHarness) -> int:
    async with table.reader.transaction(cause=Cause("test", "")) as tx:
        _, fence = await ConsumerLedger(NAME).claim(tx.connection, SHARD)
    return fence


@pytest.mark.parametrize(
    ("is_at_once", "parked", "whole"),
    [(True, [], 0), (False, [], 1), (True, [(WRITER, "a")], 1), (True, [(WRITER, "z")], 0)],
    ids=["nothing", "the reaction", "a parked key", "another's parked key"],
)
async def test_one_statement_is_enough_unless_something_speaks_against_it(
    table: LogHarness, parked: list[tuple[str, str]], whole: int, *, is_at_once: bool
) -> None:
    one = Consumer(table, is_at_once=is_at_once)

    assert await one.take(await told(table, "a", "b"), *parked) == 2
    assert one.taking.whole == whole
    assert (await table.trace(NAME)).per_key() == {"a": [1], "b": [1]}


async def test_a_stream_that_was_met_before_is_found_out_and_taken_in_a_transaction(
    table: LogHarness,
) -> None:
    facts, other = await told(table, "a"), Consumer(table)
    await Consumer(table).take(facts)
    await other.take(facts)

    assert other.taking.whole == 1


async def test_ahead_of_its_turn_a_fact_takes_effect_once_by_its_version(
    table: LogHarness,
) -> None:
    fences = {SHARD: await fence_of(table)}
    facts, one = await told(table, "a", "a", "b"), Consumer(table)

    first = await one.taking.ahead(facts, fences)
    again = await one.taking.ahead(facts, fences)

    assert (len(first), again, one.taking.whole) == (3, [], 0)
    assert (await table.trace(NAME)).per_key() == {"a": [1, 2], "b": [1]}


async def test_of_what_fails_ahead_of_its_turn_it_is_known_which_it_was(table: LogHarness) -> None:
    fences = {SHARD: await fence_of(table)}
    facts, one = await told(table, "a", "ill"), Consumer(table)

    with pytest.raises(RuntimeError, match="planted"):
        await one.taking.ahead(facts, fences)

    [_, (_, ill)] = facts
    assert isinstance(ill, Envelope)
    assert one.taking.in_hand == ill.id
    assert (await table.trace(NAME)).effects == []
