"""What a service's tables say of the log is what happened to it."""

from typing import Any

import pytest

from beaconfire_contracts.envelope import START, Cause, Envelope, LogPosition
from beaconfire_platform.log import books
from beaconfire_platform.log.books import Books, lag_in_table, read_books
from beaconfire_platform.log.lease import Lease
from beaconfire_platform.log.members import Members
from beaconfire_platform.log.port import Garbled
from beaconfire_platform.log.quarantine import mark_seen, set_aside
from beaconfire_testkit.log_harness import WRITER, LogHarness

SOURCES = frozenset({WRITER})


async def read(harness: LogHarness) -> Books:
    async with harness.reader.reading() as connection:
        return await read_books(connection)


@pytest.fixture
async def table(database: str) -> Any:
    async with LogHarness(database).running() as running:
        yield running


async def test_books_in_which_nothing_happened_are_empty(table: LogHarness) -> None:
    assert await read(table) == Books(None, [], [], [], {}, [], [], [])


async def test_where_a_consumer_stands_and_what_waits_for_it(table: LogHarness) -> None:
    def poison(told: Envelope[Any]) -> None:
        if told.key == "bad":
            raise RuntimeError("planted")

    await table.tell("good", "bad")
    await table.drain(table.consumer("one", before_effect=poison))
    await table.tell("good")
    await table.tell("bad")
    found = await read(table)
    [place] = found.places
    async with table.reader.reading() as connection:
        lag = await lag_in_table(connection, SOURCES, place.at)
        none = await lag_in_table(connection, SOURCES, found.head or START)
        of_others = await lag_in_table(connection, frozenset({"agency"}), START)

    assert (place.consumer, place.shard) == ("one", "log")
    assert lag.facts == 2
    assert lag.oldest is not None
    assert (none.facts, none.oldest, of_others.facts) == (0, None, 0)
    assert [(one.key, one.error) for one in found.parked] == [("bad", "RuntimeError")]


async def test_what_cannot_be_read_yet_is_no_lag(table: LogHarness) -> None:
    await table.tell("a")
    async with table.writer.transaction(cause=Cause("test", "t")) as tx:
        await tx.connection.execute("select pg_current_xact_id()")
        await table.tell("b")
        held = await read(table)
        async with table.reader.reading() as connection:
            behind = await lag_in_table(connection, SOURCES, held.head or START)
    free = await read(table)

    assert behind.facts == 0
    assert held.head is not None
    assert free.head is not None
    assert free.head > held.head


async def test_counting_ends_at_its_limit(
    table: LogHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "COUNTED_MAX", 3)
    for _ in range(5):
        await table.tell("a")
    async with table.reader.reading() as connection:
        lag = await lag_in_table(connection, SOURCES, START)

    assert lag.facts == 3


async def test_leases_and_members_are_shown_with_who_has_them(table: LogHarness) -> None:
    lease = Lease(table.reader, "planner", "one")
    await lease.keep()
    await Lease(table.reader, "relay", "two").keep()
    await Members(table.reader, "pictures", "three").share(("t/0",))
    await lease.release()
    found = await read(table)

    held = [(one.name, one.holder, one.is_held) for one in found.leases]
    assert held == [("planner", "one", False), ("relay", "two", True)]
    assert [(one.consumer, one.instance) for one in found.members] == [("pictures", "three")]


async def test_what_is_quarantined_counts_until_somebody_looked(table: LogHarness) -> None:
    async with table.reader.pool.acquire() as connection:
        for row in (7, 8):
            garbled = Garbled(LogPosition(1, 0, row), "no id")
            await set_aside(connection, "one", "t/0", garbled)
        before = await read(table)
        await mark_seen(connection, "one", "hand:ada", "looked")
    after = await read(table)

    assert before.unseen == {"one": 2}
    assert after.unseen == {}
    assert [one.is_seen for one in after.set_aside] == [True, True]


async def test_facts_behind_the_relays_place_are_unpublished(table: LogHarness) -> None:
    await table.tell("a")
    place = await table.writer.pool.fetchrow("select txid, row from log.fact")
    await table.writer.pool.execute(
        "insert into relayed (topic, epoch, txid, row, fence) values ('t.v1', 1, $1, $2, 1)",
        place["txid"],
        place["row"],
    )
    for _ in range(2):
        await table.tell("a")
    async with table.writer.reading() as connection:
        [told] = (await read_books(connection)).published

    assert (told.topic, told.unpublished) == ("t.v1", 2)
    assert told.oldest is not None
