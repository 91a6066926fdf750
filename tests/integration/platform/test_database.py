"""The write transaction: locks first, all or nothing, connections never left in a transaction."""

import asyncio
from collections.abc import AsyncGenerator

import asyncpg
import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.locks import aggregate
from beaconfire_platform.clauses import Clause
from beaconfire_platform.codec import FACT_BYTES_MAX, FactTooLarge
from beaconfire_platform.database import DatabaseAway, persistently
from beaconfire_platform.looking import NotAtOnce
from beaconfire_platform.our_words import Fenced
from beaconfire_testkit.log_harness import LogHarness, a_fact

CAUSE = Cause(actor="test", correlation_id="database")
_ROW = "insert into audit (actor, action, result, correlation_id) values ($1, 'a', 'done', 'c')"
_AUDITED = f"{_ROW} returning actor"


@pytest.fixture
async def harness(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


async def test_a_failed_transaction_tells_nothing(harness: LogHarness) -> None:
    async def fail() -> None:
        async with harness.writer.transaction(aggregate("a"), cause=CAUSE) as tx:
            await tx.tell(a_fact("a"))
            raise RuntimeError("planted")

    with pytest.raises(RuntimeError):
        await fail()

    assert await harness.told() == {}


async def test_a_fact_that_could_never_be_published_ends_its_transaction(
    harness: LogHarness,
) -> None:
    with pytest.raises(FactTooLarge):
        await harness.tell("a", "k" * FACT_BYTES_MAX)

    assert await harness.told() == {}


async def test_what_is_put_off_is_written_with_the_facts_or_not_at_all(harness: LogHarness) -> None:
    """One row, several rows, and of several tables: all are there once it is committed."""
    row = "insert into audit (actor, action, result, correlation_id) values ($1, $2, 'done', $3)"
    other = (
        "insert into idempotency (principal, key, fingerprint, status, response) "
        "values ($1, $2, $3, 200, $4)"
    )
    pool = harness.writer.pool

    async def write(*subjects: str, fails: bool = False) -> None:
        async with harness.writer.transaction(aggregate("a"), cause=CAUSE) as tx:
            for subject in subjects:
                tx.later(row, subject, "test", "c")
            tx.later(other, "p", "/".join(subjects), b"f", b"{}")
            await tx.tell(a_fact("a"))
            if fails:
                raise RuntimeError("planted")

    await write("one")
    await write("two", "three")
    with pytest.raises(RuntimeError):
        await write("never", fails=True)

    actors = await pool.fetch("select actor from audit order by id")
    keys = await pool.fetch("select key from idempotency order by key")
    assert [one["actor"] for one in actors] == ["one", "two", "three"]
    assert [one["key"] for one in keys] == ["one", "two/three"]
    assert await harness.told() == {"a": 2}


async def test_what_is_put_off_can_be_read_once_it_is_asked_for(harness: LogHarness) -> None:
    row = "insert into audit (actor, action, result, correlation_id) values ($1, 'a', 'done', 'c')"
    async with harness.writer.transaction(cause=CAUSE) as tx:
        tx.later(row, "one")
        before = await tx.connection.fetchval("select count(*) from audit")
        await tx.write_now()
        after = await tx.connection.fetchval("select count(*) from audit")

    assert (before, after) == (0, 1)
    assert await harness.writer.pool.fetchval("select count(*) from audit") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "update audit set actor = 'x'",
        "insert into audit (actor) values ($1) on conflict (id) do update set actor = 'x'",
        "with x as (select 1) insert into audit (actor) values ($1)",
    ],
)
async def test_only_a_new_row_may_be_put_off(harness: LogHarness, statement: str) -> None:
    async with harness.writer.transaction(cause=CAUSE) as tx:
        with pytest.raises(ValueError, match="insert of a new row"):
            tx.later(statement)


async def test_what_comes_at_last_is_written_with_what_was_put_off_and_heard(
    harness: LogHarness,
) -> None:
    heard: list[object] = []
    named = Clause((("made", _AUDITED),), "(select max(actor) from made)")
    async with harness.writer.transaction(aggregate("a"), cause=CAUSE) as tx:
        tx.later(_ROW, "one")
        tx.at_last(named, "two", then=heard.append)
        await tx.tell(a_fact("a"))
        tx.at_last(Clause((), "$1::int + 1"), 1, then=heard.append)

    assert heard == ["two", 2]
    assert await harness.told() == {"a": 1}
    assert await harness.writer.pool.fetchval("select count(*) from audit") == 2


async def test_one_statement_is_a_transaction_all_of_it_or_nothing(harness: LogHarness) -> None:
    async def write(*actors: str, holds: bool) -> None:
        async with harness.writer.at_once(cause=CAUSE) as tx:
            for one in actors:
                tx.at_last(Clause(((f"made_{one}", _AUDITED),)), one)
            tx.at_last(Clause((), "log.require($1::boolean, 'BF004')"), holds)

    await write("one", "two", holds=True)
    with pytest.raises(Fenced):
        await write("three", holds=False)

    assert await harness.writer.pool.fetchval("select count(*) from audit") == 2


@pytest.mark.parametrize("needs", ["lock", "tell", "write_now", "two of a kind"])
async def test_what_needs_more_than_one_statement_is_not_done_by_one(
    harness: LogHarness, needs: str
) -> None:
    async def write() -> None:
        async with harness.writer.at_once(cause=CAUSE) as tx:
            tx.later(_ROW, "one")
            if needs == "lock":
                await tx.lock(aggregate("a"))
            elif needs == "tell":
                await tx.tell(a_fact("a"))
            elif needs == "write_now":
                await tx.write_now()
            else:
                tx.later(_ROW, "two")

    with pytest.raises(NotAtOnce):
        await write()
    assert await harness.writer.pool.fetchval("select count(*) from audit") == 0


async def test_one_key_is_one_transaction_at_a_time(harness: LogHarness) -> None:
    inside = 0
    most = 0

    async def work() -> None:
        nonlocal inside, most
        async with harness.writer.transaction(aggregate("a"), cause=CAUSE):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    await asyncio.gather(*(work() for _ in range(6)))

    assert most == 1


async def test_keys_in_any_order_never_deadlock(harness: LogHarness) -> None:
    async def work(keys: list[str]) -> None:
        locks = [aggregate(key) for key in keys]
        async with harness.writer.transaction(*locks, cause=CAUSE):
            await asyncio.sleep(0)

    await asyncio.gather(*(work(["a", "b"] if n % 2 else ["b", "a"]) for n in range(60)))


async def test_a_cancelled_transaction_leaves_no_open_connection(harness: LogHarness) -> None:
    async def sleep_inside() -> None:
        async with harness.writer.transaction(aggregate("a"), cause=CAUSE) as tx:
            await tx.connection.execute("select pg_sleep(30)")

    sleeping = asyncio.create_task(sleep_inside())
    await asyncio.sleep(0.1)
    sleeping.cancel()
    await asyncio.gather(sleeping, return_exceptions=True)

    async with harness.writer.transaction(aggregate("a"), cause=CAUSE):
        pass
    idle = await harness.reader.pool.fetchval(
        "select count(*) from pg_stat_activity where state like 'idle in transaction%' "
        "and datname = current_database()"
    )
    assert idle == 0


async def test_a_role_tells_facts_of_its_own_service_only(harness: LogHarness) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with harness.reader.transaction(aggregate("a"), cause=CAUSE) as tx:
            await tx.tell(a_fact("a"))


async def test_the_audit_cannot_be_changed_by_the_service(harness: LogHarness) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await harness.writer.pool.execute("delete from audit")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await harness.writer.pool.execute("delete from log.fact")


async def test_a_subject_that_is_no_subject_is_refused(harness: LogHarness) -> None:
    wrong = Cause(actor="'; drop table x; --", correlation_id="")
    with pytest.raises(ValueError, match="subject"):
        async with harness.writer.transaction(cause=wrong):
            pass


async def test_a_deadlock_is_tried_again_and_a_lost_server_is_told(harness: LogHarness) -> None:
    tries = iter([asyncpg.DeadlockDetectedError("planted"), None])

    async def once_deadlocked() -> str:
        if (error := next(tries)) is not None:
            raise error
        return "done"

    async def away() -> None:
        raise ConnectionRefusedError

    assert await persistently(once_deadlocked) == "done"
    with pytest.raises(DatabaseAway):
        await persistently(away)


async def test_a_further_lock_is_taken_before_a_write_and_refused_after_one(
    harness: LogHarness,
) -> None:
    async with harness.writer.transaction(aggregate("a"), cause=CAUSE) as tx:
        await tx.lock(aggregate("b"))

    async def lock_late() -> None:
        async with harness.writer.transaction(aggregate("a"), cause=CAUSE) as tx:
            await tx.connection.execute("select pg_current_xact_id()")
            await tx.lock(aggregate("b"))

    with pytest.raises(asyncpg.PostgresError, match="locks come before writes"):
        await lock_late()
