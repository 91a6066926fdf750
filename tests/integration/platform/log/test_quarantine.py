"""What is no fact is set aside with its place and its reason, once, and not with its content."""

from structlog.testing import capture_logs

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.database import Database
from beaconfire_platform.log.port import Garbled
from beaconfire_platform.log.quarantine import mark_seen, set_aside

FOUND = Garbled(LogPosition(7, 0, 42), "its id is no UUID")


async def test_a_row_says_where_it_lies_and_why(service: Database) -> None:
    async with service.pool.acquire() as connection:
        with capture_logs() as said:
            await set_aside(connection, "picture", "beaconfire.geo.v1/3", FOUND)

    [row] = await service.pool.fetch("select * from quarantine")
    assert (row["consumer"], row["shard"]) == ("picture", "beaconfire.geo.v1/3")
    assert (row["epoch"], row["txid"], row["row"]) == (7, 0, 42)
    assert row["reason"] == FOUND.reason
    assert said == [
        {
            "event": "record_quarantined",
            "log_level": "error",
            "consumer": "picture",
            "shard": "beaconfire.geo.v1/3",
            "at": "7.0.42",
            "reason": FOUND.reason,
        }
    ]


async def test_met_again_it_is_the_same_row(service: Database) -> None:
    async with service.pool.acquire() as connection:
        await set_aside(connection, "picture", "t/3", FOUND)
        await set_aside(connection, "picture", "t/3", FOUND)
        await set_aside(connection, "another", "t/3", FOUND)

    assert await service.pool.fetchval("select count(*) from quarantine") == 2


async def test_who_looked_at_it_and_why_is_kept_and_said_once(service: Database) -> None:
    async with service.pool.acquire() as connection:
        await set_aside(connection, "picture", "t/3", FOUND)
        await set_aside(connection, "another", "t/3", FOUND)
        marked = await mark_seen(connection, "picture", "hand:ada", "a test of theirs")
        again = await mark_seen(connection, "picture", "hand:bob", "me too")

    rows = await service.pool.fetch("select * from quarantine order by consumer desc")
    assert (marked, again) == (1, 0)
    assert (rows[0]["seen_by"], rows[0]["seen_why"]) == ("hand:ada", "a test of theirs")
    assert rows[1]["seen_at"] is None
