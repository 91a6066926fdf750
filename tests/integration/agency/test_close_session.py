"""Signing out ends one session and tells it."""

from typing import Any

from beaconfire_agency.application.close_session import CloseSession, close_session, keys
from beaconfire_agency.domain.sessions import open_session
from beaconfire_contracts.facts.agency import AccessRevoked
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON


async def test_one_session_ends_and_the_other_goes_on(work: Any) -> None:
    person = await work.person()
    here, there = (open_session(new_id(), person.id, at=NOON) for _ in range(2))
    await work.tables.sessions.open(here, b"here", source="a")
    await work.tables.sessions.open(there, b"there", source="b")
    command = CloseSession(here.id, person.id)

    await close_session(command, sessions=work.tables.sessions, facts=work.tx, now=NOON)

    left = await work.tx.connection.fetch("select id from session where closed_at is null")
    assert [str(one["id"]) for one in left] == [there.id]
    assert work.told[-1] == AccessRevoked(person.id, NOON, session_id=here.id)
    assert keys(command)[0].name == person.id
