"""Revoking ends sessions and tokens at once, and the fact carries the new epoch."""

from typing import Any

import pytest

from beaconfire_agency.application.revoke_access import RevokeAccess, keys, revoke_access
from beaconfire_agency.domain.sessions import ApiToken, open_session
from beaconfire_contracts.facts.agency import AccessRevoked
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.refusals import NotFound
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON


async def _revoke(work: Any, person_id: str, *, disable: bool) -> Any:
    tables = work.tables
    return await revoke_access(
        RevokeAccess(PersonId(person_id), disable),
        people=tables.people,
        sessions=tables.sessions,
        tokens=tables.tokens,
        facts=work.tx,
        now=NOON,
    )


async def test_nothing_is_left_open(work: Any) -> None:
    person = await work.person()
    token = ApiToken(new_id(), person.id, "t", (), None, NOON, NOON.replace(year=2027))
    session = open_session(new_id(), person.id, at=NOON)
    await work.tables.tokens.add(token, b"t", issued_by=person.id)
    await work.tables.sessions.open(session, b"s", source="here")

    revoked = await _revoke(work, person.id, disable=True)

    open_sessions = await work.tx.connection.fetchval(
        "select count(*) from session where closed_at is null"
    )
    assert open_sessions == 0
    assert await work.tables.tokens.get(token.id) is None
    assert (await work.tables.people.get(person.id)).disabled
    fact = work.told[-1]
    assert isinstance(fact, AccessRevoked)
    assert (fact.epoch, fact.session_id, fact.token_id) == (revoked.epoch, None, None)


async def test_somebody_disabled_stays_so_when_revoked_again(work: Any) -> None:
    person = await work.person()

    await _revoke(work, person.id, disable=True)
    again = await _revoke(work, person.id, disable=False)

    assert again.disabled
    assert again.epoch == person.epoch + 2


async def test_an_unknown_person_is_not_found(work: Any) -> None:
    with pytest.raises(NotFound):
        await _revoke(work, new_id(), disable=False)
    assert keys(RevokeAccess(PersonId("p"), disable=True))[0].name == "p"
