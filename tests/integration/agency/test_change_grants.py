"""Grants are set as a whole; taking away revokes what was issued, adding does not."""

from typing import Any

import pytest

from beaconfire_agency.application.change_grants import ChangeGrants, change_grants, keys
from beaconfire_agency.domain.bodies import UnknownBody
from beaconfire_agency.domain.people import Person
from beaconfire_contracts.facts.agency import AccessRevoked, Grant, GrantsChanged
from beaconfire_contracts.ids import BodyId, PersonId
from beaconfire_contracts.refusals import NotFound
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON


async def _change(work: Any, person_id: str, *grants: Grant) -> Person:
    tables = work.tables
    command = ChangeGrants(PersonId(person_id), grants)
    return await change_grants(
        command, bodies=tables.bodies, people=tables.people, facts=work.tx, now=NOON
    )


async def test_more_grants_revoke_nothing(work: Any) -> None:
    person = await work.person()
    more = Grant(Role.VIEWER, person.body, "akl.north")

    changed = await _change(work, person.id, *person.grants, more)

    assert set((await work.tables.people.get(person.id)).grants) == set(changed.grants)
    assert changed.epoch == person.epoch
    assert isinstance(work.told[-1], GrantsChanged)


async def test_a_role_taken_away_revokes_what_was_issued_for_it(work: Any) -> None:
    person = await work.person()

    changed = await _change(work, person.id)

    assert changed.grants == ()
    assert [type(one) for one in work.told[-2:]] == [GrantsChanged, AccessRevoked]
    assert work.told[-1].epoch == changed.epoch == person.epoch + 1


async def test_the_same_grants_tell_nothing(work: Any) -> None:
    person = await work.person()
    before = len(work.told)

    await _change(work, person.id, *person.grants)

    assert len(work.told) == before


async def test_an_unknown_person_or_body_is_refused(work: Any) -> None:
    person = await work.person()

    with pytest.raises(NotFound):
        await _change(work, new_id())
    with pytest.raises(UnknownBody):
        await _change(work, person.id, Grant(Role.VIEWER, BodyId(new_id()), "akl"))
    assert keys(ChangeGrants(person.id, ()))[0].name == person.id
