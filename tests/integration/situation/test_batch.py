"""A batch is folded fact by fact and written at once, with nothing of one that failed."""

from dataclasses import replace
from typing import Any

import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts.incident import IncidentHandled, IncidentOpened
from beaconfire_contracts.ids import IncidentId
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_platform.looking import NotAtOnce
from beaconfire_situation.adapters.batch import BatchRecords
from beaconfire_situation.adapters.postgres import Journal
from beaconfire_situation.application.apply_fact import apply_fact
from beaconfire_testkit.builders import an_example_of, envelope_of
from beaconfire_testkit.service import ServiceUnderTest

CAUSE = Cause(actor="test", correlation_id="t")


def two_of_one() -> list[Any]:
    key = IncidentId(new_id())
    facts = [
        replace(an_example_of(IncidentOpened), incident_id=key),
        replace(an_example_of(IncidentHandled), incident_id=key),
    ]
    return [envelope_of(fact, version=number) for number, fact in enumerate(facts, 1)]


async def test_facts_of_one_thing_follow_each_other_in_a_batch(
    situation: ServiceUnderTest,
) -> None:
    batch, database = BatchRecords(), situation.ground.database
    async with database.transaction(cause=CAUSE) as tx:
        for told in two_of_one():
            await apply_fact(told, records=batch.records(tx), now=wall_now())
        await batch.write(tx)
    first, second = await Journal(database).after(0, 10)
    [row] = await database.pool.fetch("select version, data from record")

    assert (first.pos, second.pos) == (1, 2)
    assert first.before is None
    assert second.before == first.after
    assert row["version"] == 2
    assert second.record.version == 2


async def test_a_batch_that_failed_leaves_nothing_behind(situation: ServiceUnderTest) -> None:
    batch, database = BatchRecords(), situation.ground.database
    opened, handled = two_of_one()

    async def fails() -> None:
        async with database.transaction(cause=CAUSE) as tx:
            await apply_fact(opened, records=batch.records(tx), now=wall_now())
            raise RuntimeError("planted")

    with pytest.raises(RuntimeError, match="planted"):
        await fails()
    async with database.transaction(cause=CAUSE) as tx:
        await apply_fact(handled, records=batch.records(tx), now=wall_now())
        await batch.write(tx)

    [only] = await Journal(database).after(0, 10)
    assert only.record.version == handled.key_version
    assert only.before is None


async def test_what_failed_is_not_believed_where_all_is_read_again(
    situation: ServiceUnderTest,
) -> None:
    """As when a stream that seemed new was met before, and the long way finds repeats alone."""
    batch, database = BatchRecords(again=True), situation.ground.database
    opened, _ = two_of_one()

    async def fails() -> None:
        async with database.at_once(cause=CAUSE) as tx:
            await apply_fact(opened, records=batch.records(tx), now=wall_now())
            await batch.write(tx)
            tx.needs_more()

    with pytest.raises(NotAtOnce):
        await fails()
    batch.committed()
    async with database.transaction(cause=CAUSE) as tx:
        known = await batch.records(tx).known("incident", opened.key)

    assert known == ({}, None)


async def test_a_batch_without_facts_writes_nothing(situation: ServiceUnderTest) -> None:
    async with situation.ground.database.transaction(cause=CAUSE) as tx:
        await BatchRecords().write(tx)

    assert await situation.ground.database.pool.fetchval("select pos from head") == 0


async def test_what_was_written_is_told_as_the_journal_has_it_once(
    situation: ServiceUnderTest,
) -> None:
    batch, database = BatchRecords(), situation.ground.database
    for _ in range(2):
        async with database.transaction(cause=CAUSE) as tx:
            for told in two_of_one():
                await apply_fact(told, records=batch.records(tx), now=wall_now())
            await batch.write(tx)
            assert batch.told() == [], "nothing stands before it is committed"
        at = await database.pool.fetchval("select pos from head")

        assert batch.told() == await Journal(database).after(at - 2, 10)
        assert batch.told() == []


async def test_what_was_taken_back_is_never_told(situation: ServiceUnderTest) -> None:
    batch, database = BatchRecords(), situation.ground.database

    async def fails() -> None:
        async with database.transaction(cause=CAUSE) as tx:
            for told in two_of_one():
                await apply_fact(told, records=batch.records(tx), now=wall_now())
            await batch.write(tx)
            raise RuntimeError("planted")

    with pytest.raises(RuntimeError, match="planted"):
        await fails()

    assert batch.told() == []
