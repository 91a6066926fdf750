"""A person is registered once under a sign-in name; the fact names nobody."""

from dataclasses import replace
from typing import Any

import pytest

from beaconfire_agency.application.register_person import RegisterPerson, keys, register_person
from beaconfire_agency.domain.bodies import UnknownBody
from beaconfire_agency.domain.people import Person, SignInTaken
from beaconfire_contracts.facts.agency import Grant, PersonRegistered
from beaconfire_contracts.ids import BodyId, PersonId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform import codec
from beaconfire_platform.ids import new_id


async def _register(work: Any, person: Person) -> Person:
    tables = work.tables
    return await register_person(
        RegisterPerson(person, None), bodies=tables.bodies, people=tables.people, facts=work.tx
    )


async def test_a_person_is_told_without_any_name(work: Any) -> None:
    person = await work.person("mei.lin")

    fact = work.told[-1]
    assert isinstance(fact, PersonRegistered)
    told = codec.encode(fact)
    assert not any(word in told for word in ("mei", "张三", "Zhang"))
    assert await work.tables.people.get(person.id) == person


async def test_the_same_told_again_changes_nothing(work: Any) -> None:
    person = await work.person()
    before = len(work.told)

    again = await _register(work, replace(person, id=PersonId(new_id())))

    assert again == person
    assert len(work.told) == before


async def test_a_sign_in_name_belongs_to_one_person(work: Any) -> None:
    person = await work.person()

    with pytest.raises(SignInTaken):
        await _register(work, replace(person, name_en="Somebody Else"))


async def test_home_and_granted_bodies_must_exist(work: Any) -> None:
    person = await work.person()
    nowhere = BodyId(new_id())

    with pytest.raises(UnknownBody, match="no such body"):
        await _register(work, replace(person, sign_in="b", body=nowhere))
    grants = (Grant(Role.VIEWER, nowhere, "akl"),)
    with pytest.raises(UnknownBody):
        await _register(work, replace(person, sign_in="c", grants=grants))


async def test_the_sign_in_name_is_locked(work: Any) -> None:
    person = await work.person("mei")

    assert "sign-in/mei" in {key.name for key in keys(RegisterPerson(person, None))}
