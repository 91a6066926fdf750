"""argon2id with the parameters of R50, off the loop, as slow for nobody as for somebody."""

import asyncio
import time
from collections.abc import AsyncGenerator

import pytest

from beaconfire_agency.adapters.argon import ArgonPasswords


@pytest.fixture
async def argon() -> AsyncGenerator[ArgonPasswords]:
    made = ArgonPasswords()
    yield made
    made.close()


async def test_the_right_password_is_right_and_others_are_not(argon: ArgonPasswords) -> None:
    kept = await argon.hash("a lantern on the wall")

    assert await argon.verify(kept, "a lantern on the wall")
    assert not await argon.verify(kept, "a lantern on the hall")
    assert not await argon.verify(None, "the password of nobody")
    assert not await argon.verify("no hash at all", "a lantern on the wall")


async def test_the_hash_says_with_which_parameters_it_was_made(argon: ArgonPasswords) -> None:
    assert (await argon.hash("x")).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


async def test_an_unknown_account_takes_as_long_as_a_known_one(argon: ArgonPasswords) -> None:
    kept = await argon.hash("a lantern on the wall")

    async def seconds(password_hash: str | None) -> float:
        took: list[float] = []
        for _ in range(5):
            started = time.perf_counter()
            await argon.verify(password_hash, "wrong")
            took.append(time.perf_counter() - started)
        return min(took)

    known, unknown = await seconds(kept), await seconds(None)
    assert 0.4 < unknown / known < 2.5


async def test_the_loop_goes_on_while_passwords_are_checked(argon: ArgonPasswords) -> None:
    turns = 0
    checking = asyncio.gather(*(argon.verify(None, "x") for _ in range(4)))

    while not checking.done():
        await asyncio.sleep(0.001)
        turns += 1

    assert turns > 20
