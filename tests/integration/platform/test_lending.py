"""Connections are lent and come back; one is kept at hand; none that was cut off is lent again."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Coroutine, Generator
from types import coroutine
from typing import Any

import asyncpg
import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.locks import aggregate
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.lending import Lending, WholeStatements
from beaconfire_testkit.log_harness import WRITER, LogHarness, as_role

PID = "select pg_backend_pid()"
CAUSE = Cause(actor="test", correlation_id="lending")
WAITS_MAX = 60
"""A transaction waits some thirty times."""


@pytest.fixture
async def pool(database: str) -> AsyncGenerator[asyncpg.Pool]:
    made = await asyncpg.create_pool(database, min_size=1, max_size=3)
    yield made
    made.terminate()


async def _pid(lending: Lending) -> int:
    async with lending.at_hand() as connection:
        return await connection.fetchval(PID)


async def test_what_is_at_hand_is_the_same_again_and_nobody_else_has_it_meanwhile(
    pool: asyncpg.Pool,
) -> None:
    lending = Lending(pool)

    first = await _pid(lending)
    async with lending.lent() as other:
        assert await other.fetchval(PID) != first

    assert await _pid(lending) == first
    assert pool.get_size() - pool.get_idle_size() == 1


async def test_who_comes_while_it_is_in_use_borrows_another_and_one_is_kept(
    pool: asyncpg.Pool,
) -> None:
    lending, both = Lending(pool), asyncio.Barrier(2)

    async def use() -> int:
        async with lending.at_hand() as connection:
            await both.wait()
            return await connection.fetchval(PID)

    one, other = await asyncio.gather(use(), use())

    assert one != other
    assert pool.get_size() - pool.get_idle_size() == 1


async def test_one_with_which_it_went_wrong_is_kept_but_for_one_in_a_transaction_or_cut_off(
    pool: asyncpg.Pool,
) -> None:
    lending = Lending(pool)

    async def fail(statement: str) -> None:
        async with lending.at_hand() as connection:
            await connection.execute(statement)
            raise RuntimeError("planted")

    first = await _pid(lending)
    with pytest.raises(RuntimeError):
        await fail("select 1")
    assert await _pid(lending) == first

    with pytest.raises(RuntimeError):
        await fail("begin")
    assert await _pid(lending) != first

    first = await _pid(lending)
    async with lending.lent() as other:
        assert await other.fetchval("select pg_terminate_backend($1, 5000)", first)
    for _ in range(500):  # the loop hears of it
        if pool.get_size() == 1:
            break
        await asyncio.sleep(0.01)
    assert await _pid(lending) != first
    assert pool.get_size() - pool.get_idle_size() == 1


async def test_only_the_one_at_hand_plans_each_statement_once(pool: asyncpg.Pool) -> None:
    lending, plans = Lending(pool), "show plan_cache_mode"

    async with lending.at_hand() as one, lending.at_hand() as other, lending.lent() as third:
        found = [await each.fetchval(plans) for each in (one, other, third)]
    async with lending.at_hand() as one:
        found.append(await one.fetchval(plans))

    assert found == ["force_generic_plan", "auto", "auto", "force_generic_plan"]


async def _only_ask(_self: object, asking: Awaitable[object]) -> object:
    """The planted fault: whatever comes of it, the connection stays."""
    return await asking


@coroutine
def _cut_off(asking: Coroutine[Any, Any, object], waits: int) -> Generator[Any, Any, bool]:
    """Drive it, and cut it off once what it waits for that many times has come; False at its end.

    At its busiest moment: the answer is there, and whoever asked has not had it yet.
    """
    thrown: BaseException | None = None
    while True:
        try:
            if thrown is None:
                waited_for = asking.send(None)
            else:
                waited_for, thrown = asking.throw(thrown), None
        except StopIteration:
            return False
        except asyncio.CancelledError:
            return True
        yield waited_for
        waits -= 1
        if not waits:
            thrown = asyncio.CancelledError()


async def _ask(database: Database, way: str, nth: int) -> None:
    """Something that the connection was never asked before."""
    new = f"select {nth} as never_asked_before"
    if way == "pool":
        await database.pool.fetchval(new)
    elif way == "looking":
        async with database.looking() as connection:
            await connection.fetch(new)
    elif way == "reading":
        async with database.reading() as connection:
            await connection.fetchrow(new)
    elif way == "at_once":
        async with database.at_once(cause=CAUSE) as tx:
            await tx.connection.fetchval(new)
    else:
        async with database.transaction(aggregate("a"), cause=CAUSE) as tx:
            await tx.connection.execute(f"{new} where $1", True)
            await tx.connection.executemany(f"{new} where not $1", [(True,), (False,)])


async def _unfit_after(dsn: str, way: str) -> list[int]:
    """At which of its waits it was cut off, so that the next one's BEGIN was refused."""
    role = as_role(dsn, f"beaconfire_{WRITER}")
    database = await Database.connect(WRITER, role, bell=Doorbell(), connections=2)
    unfit = []
    try:
        for wait in range(1, WAITS_MAX):
            if not await _cut_off(_ask(database, way, wait), wait):
                return unfit
            try:
                async with database.reading() as one, database.reading() as other:
                    assert await one.fetchval(PID) != await other.fetchval(PID)
            except asyncpg.ActiveSQLTransactionError:
                unfit.append(wait)
    finally:
        await database.close()
    raise AssertionError(f"it was cut off {WAITS_MAX} times and never came to its end")


@pytest.mark.parametrize("way", ["pool", "looking", "reading", "at_once", "transaction"])
async def test_whoever_is_cut_off_anywhere_leaves_no_connection_that_another_cannot_use(
    database: str, way: str
) -> None:
    async with LogHarness(database).running():
        assert await _unfit_after(database, way) == []


async def test_connections_that_are_not_taken_along_are_found_out(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WholeStatements, "_whole", _only_ask)

    async with LogHarness(database).running():
        assert await _unfit_after(database, "looking") != []


@pytest.mark.parametrize("way", ["pool", "looking"])
async def test_whoever_asks_with_what_cannot_be_sent_leaves_no_such_connection_either(
    database: str, way: str
) -> None:
    async with LogHarness(database).running():
        assert await _is_fit_after_refusing(database, way)


async def test_a_connection_that_a_refused_argument_spoilt_is_found_out(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WholeStatements, "_whole", _only_ask)

    async with LogHarness(database).running():
        assert not await _is_fit_after_refusing(database, "looking")


async def _is_fit_after_refusing(dsn: str, way: str) -> bool:
    """Whether a reading can begin on the one connection that there is."""
    role = as_role(dsn, f"beaconfire_{WRITER}")
    database = await Database.connect(WRITER, role, bell=Doorbell(), connections=1)

    async def ask(statement: str, argument: str) -> None:
        if way == "pool":
            await database.pool.fetchval(statement, argument)
        else:
            async with database.looking() as connection:
                await connection.fetch(statement, argument)

    try:
        with pytest.raises(asyncpg.DataError):
            await ask("select $1::int + 1", "no number")
        async with database.reading() as connection:
            return await connection.fetchval("select true")
    except asyncpg.ActiveSQLTransactionError:
        return False
    finally:
        await database.close()
