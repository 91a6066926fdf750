"""Sessions and tries in their tables: old ones are dropped, names typed are not kept."""

from typing import Any

from beaconfire_agency.adapters.session_rows import PgSessions
from beaconfire_agency.domain.sessions import open_session
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON


async def test_a_password_typed_as_a_name_is_not_kept_as_typed(work: Any) -> None:
    await work.tables.attempts.add("hunter2 hunter2", "10.0.0.1")

    kept = await work.tx.connection.fetchval("select account from sign_in_attempt")

    assert b"hunter2" not in kept
    assert await work.tables.attempts.count("hunter2 hunter2", "10.0.0.1") == (1, 1)
    assert await work.tables.attempts.count("mei", "10.0.0.1") == (0, 1)


async def test_what_counts_no_longer_is_tidied_away(work: Any) -> None:
    person = await work.person()
    old = open_session(new_id(), person.id, at=NOON.replace(year=2025))
    new = open_session(new_id(), person.id, at=NOON.replace(year=2099))
    await work.tables.sessions.open(old, b"old", source="a")
    await work.tables.sessions.open(new, b"new", source="a")
    await work.tables.attempts.add("mei", "a")
    await work.tx.connection.execute("update sign_in_attempt set at = at - interval '1 hour'")

    await PgSessions(work.tx.connection).tidy()

    left = await work.tx.connection.fetch("select id from session")
    assert [str(one["id"]) for one in left] == [new.id]
    assert await work.tx.connection.fetchval("select count(*) from sign_in_attempt") == 0
