"""Connections are lent and come back; one is kept at hand, never one with which it went wrong."""

import asyncio
from collections.abc import AsyncGenerator

import asyncpg
import pytest

from beaconfire_platform.lending import Connection, Lending

PID = "select pg_backend_pid()"


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


async def test_one_with_which_it_went_wrong_goes_back_and_one_that_was_cut_off_is_not_lent(
    pool: asyncpg.Pool,
) -> None:
    lending, seen = Lending(pool), list[Connection]()

    async def fail() -> None:
        async with lending.at_hand() as connection:
            seen.append(connection)
            raise RuntimeError("planted")

    with pytest.raises(RuntimeError):
        await fail()
    assert pool.get_size() == pool.get_idle_size()

    first = await _pid(lending)
    async with lending.lent() as other:
        assert await other.fetchval("select pg_terminate_backend($1, 5000)", first)
    for _ in range(500):  # the loop hears of it
        if pool.get_size() == 1:
            break
        await asyncio.sleep(0.01)
    assert await _pid(lending) != first
    assert pool.get_size() - pool.get_idle_size() == 1
