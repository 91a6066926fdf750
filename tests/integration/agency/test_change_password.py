"""A new password ends the sessions of the old one, and leaves API tokens alone."""

from typing import Any

import pytest

from beaconfire_agency.application.change_password import ChangePassword, change_password, keys
from beaconfire_agency.domain.sessions import open_session
from beaconfire_contracts.facts.agency import AccessRevoked
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.refusals import NotFound
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON


async def _change(work: Any, person_id: str) -> None:
    tables = work.tables
    await change_password(
        ChangePassword(PersonId(person_id), "new hash"),
        people=tables.people,
        sessions=tables.sessions,
        facts=work.tx,
        now=NOON,
    )


async def test_sessions_opened_with_the_old_password_end(work: Any) -> None:
    person = await work.person()
    await work.tables.sessions.open(open_session(new_id(), person.id, at=NOON), b"s", source="here")

    await _change(work, person.id)

    kept = await work.tx.connection.fetchrow(
        "select password_hash, (select count(*) from session where closed_at is null) as open "
        "from person"
    )
    assert (kept["password_hash"], kept["open"]) == ("new hash", 0)
    assert isinstance(work.told[-1], AccessRevoked)


async def test_an_unknown_person_is_not_found(work: Any) -> None:
    with pytest.raises(NotFound):
        await _change(work, new_id())
    assert keys(ChangePassword(PersonId("p"), ""))[0].name == "p"
