"""Dropping the picture drops what the log can make again and nothing else, all of it or nothing."""

import asyncpg
import pytest

from beaconfire_contracts.facts.incident import IncidentOpened
from beaconfire_situation.adapters.picture_anew import (
    READ_MODELS,
    date_ends,
    drop_picture,
    hash_of_picture,
)
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.service import ServiceUnderTest


async def counts(situation: ServiceUnderTest) -> list[int]:
    pool = situation.ground.database.pool
    return [await pool.fetchval(f"select count(*) from {one}") for one in READ_MODELS]


async def told(situation: ServiceUnderTest) -> None:
    await situation.tell(an_example_of(IncidentOpened))
    await situation.catch_up()


async def test_the_read_models_are_empty_and_the_position_is_the_start(
    situation: ServiceUnderTest, database: str
) -> None:
    await told(situation)
    before = await counts(situation)
    owner = await asyncpg.connect(database)
    await drop_picture(owner, "hand:ada", "a better fold")
    await owner.close()
    place = await situation.ground.database.pool.fetchrow("select * from position")

    assert before == [1, 1, 1]
    assert await counts(situation) == [0, 0, 0]
    assert (place["epoch"], place["txid"], place["row"]) == (0, 0, 0)
    assert await situation.ground.database.pool.fetchval("select count(*) from seen") == 0


async def test_a_role_that_may_not_drop_it_changes_nothing(situation: ServiceUnderTest) -> None:
    await told(situation)
    async with situation.ground.database.pool.acquire() as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await drop_picture(connection, "hand:ada", "not mine")

    assert await counts(situation) == [1, 1, 1]


async def test_the_hash_tells_a_changed_record_and_no_filing(
    situation: ServiceUnderTest, database: str
) -> None:
    await told(situation)
    pool = situation.ground.database.pool

    async def hashed() -> str:
        owner = await asyncpg.connect(database)
        try:
            return await hash_of_picture(owner)
        finally:
            await owner.close()

    was = await hashed()
    await pool.execute("update sight set filed = true")
    filed = await hashed()
    await pool.execute("update record set version = version + 1")

    assert filed == was
    assert await hashed() != was


async def test_what_is_over_ended_when_its_record_says(situation: ServiceUnderTest) -> None:
    await told(situation)
    pool = situation.ground.database.pool
    await pool.execute("update sight set over_at = clock_timestamp()")
    await pool.execute(
        """update record set data = '{"closed_at": "2026-01-02T03:04:05+00:00"}'::json"""
    )
    await date_ends(pool)

    over_at = await pool.fetchval("select over_at from sight")
    assert over_at.isoformat() == "2026-01-02T03:04:05+00:00"
