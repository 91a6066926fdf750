"""A transaction that is one statement takes its locks in it, before it writes."""

import asyncio
from collections.abc import AsyncGenerator

import asyncpg
import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.locks import aggregate
from beaconfire_platform.clauses import Clause
from beaconfire_platform.database import STALE
from beaconfire_platform.looking import NotAtOnce
from beaconfire_platform.once import AnswerInFlight, Once
from beaconfire_testkit.log_harness import LogHarness, a_fact

CAUSE = Cause(actor="test", correlation_id="tx")
KEY = aggregate("a")
ONCE = Once("somebody", "a key")
_ROW = "insert into audit (actor, action, result, correlation_id) values ($1, 'a', 'done', 'c')"
_REMEMBER = """
    insert into idempotency (principal, key, fingerprint, status, response)
    values ($1, $2, '', 200, '')
"""
_HELD = "select count(*) from pg_locks where locktype = 'advisory' and not granted"


@pytest.fixture
async def harness(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


async def write(harness: LogHarness, *, holds: bool = True, once: Once | None = None) -> None:
    async with harness.writer.at_once(KEY, cause=CAUSE, once=once) as tx:
        tx.later(_ROW, "one")
        if once is not None:
            tx.later(_REMEMBER, once.principal, once.key)
        await tx.tell(a_fact("a"))
        tx.at_last(Clause((), f"log.require($1::boolean, '{STALE}')"), holds)


async def actors(harness: LogHarness) -> int:
    return int(await harness.writer.pool.fetchval("select count(*) from audit"))


async def test_its_facts_are_told_with_what_it_writes(harness: LogHarness) -> None:
    rings = harness.writer.bell.rings
    await write(harness)

    assert await harness.told() == {"a": 1}
    assert await actors(harness) == 1
    assert harness.writer.bell.rings == rings + 1
    assert [row["key"] for row in harness.writer.bell.handed] == ["a"]


async def test_what_was_read_and_is_so_no_longer_ends_it(harness: LogHarness) -> None:
    with pytest.raises(NotAtOnce):
        await write(harness, holds=False)

    assert await harness.told() == {}
    assert await actors(harness) == 0


async def test_it_waits_for_its_locks_before_it_has_a_number(harness: LogHarness) -> None:
    """R4: who waits has no place in the log's order yet, and holds nobody up."""
    async with harness.writer.transaction(KEY, cause=CAUSE):
        writing = asyncio.create_task(write(harness))
        async with asyncio.timeout(10):
            while not await harness.reader.pool.fetchval(_HELD):  # noqa: ASYNC110  (a server's)
                await asyncio.sleep(0.01)
        waiting = await harness.reader.pool.fetchval(
            "select count(*) from pg_locks l join pg_locks t on t.pid = l.pid "
            "and t.locktype = 'transactionid' where l.locktype = 'advisory' and not l.granted"
        )
        assert not writing.done()
    await writing

    assert waiting == 0
    assert await harness.told() == {"a": 1}


async def test_locks_that_came_after_a_write_would_be_refused(harness: LogHarness) -> None:
    """The planted fault: a statement whose parts write before it is opened."""
    statement = f"""
        with written as ({_ROW} returning 1)
        select log.open_at_last('{{1}}'::bigint[], null, 'test') from written
    """
    with pytest.raises(asyncpg.PostgresError) as refused:
        await harness.writer.pool.fetch(statement, "one")

    assert "locks come before writes" in str(refused.value)
    assert await actors(harness) == 0


async def test_a_key_that_was_used_is_answered_the_long_way(harness: LogHarness) -> None:
    await write(harness, once=ONCE)
    with pytest.raises(NotAtOnce):
        await write(harness, once=ONCE)

    assert await harness.told() == {"a": 1}


async def test_a_key_that_is_being_answered_is_not_waited_for(harness: LogHarness) -> None:
    async with harness.writer.transaction(cause=CAUSE, once=ONCE):
        with pytest.raises(AnswerInFlight):
            await write(harness, once=ONCE)

    assert await harness.told() == {}


async def test_short_and_long_ways_make_one_stream(harness: LogHarness) -> None:
    """Versions rise by one each, whoever wrote and however many at once."""

    async def long() -> None:
        async with harness.writer.transaction(KEY, cause=CAUSE) as tx:
            await tx.tell(a_fact("a"))

    await asyncio.gather(*(one() for _ in range(20) for one in (long, lambda: write(harness))))

    assert await harness.told() == {"a": 40}
    versions = await harness.reader.pool.fetch("select key_version from log.fact order by txid")
    assert [one["key_version"] for one in versions] == list(range(1, 41))
