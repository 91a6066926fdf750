"""Bodies and people come back from their tables as they went in."""

from dataclasses import replace
from typing import Any

from beaconfire_agency.adapters.postgres import grants_of
from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import UnitId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.ids import new_id


async def test_a_body_comes_back_as_it_went_in(work: Any) -> None:
    parent = await work.body("parent")
    body = await work.body("child", territorial_parent=parent.id, matters=("fire", "flood"))

    assert await work.tables.bodies.get(body.id) == body
    assert await work.tables.bodies.by_code("child") == body
    assert await work.tables.bodies.by_code("nobody") is None


async def test_a_person_comes_back_with_all_grants(work: Any) -> None:
    body = await work.body()
    grants = (
        Grant(Role.FIELD, body.id, "akl", UnitId(new_id())),
        Grant(Role.VIEWER, body.id, "*"),
    )
    person = await work.person("mei", grants=grants)

    kept = await work.tables.people.by_sign_in("mei")

    assert kept == person
    assert await work.tables.people.get(person.id) == person


async def test_what_changed_of_a_person_is_kept(work: Any) -> None:
    person = await work.person()
    changed = replace(person, grants=(), disabled=True, epoch=3)

    await work.tables.people.save(changed)

    assert await work.tables.people.get(person.id) == changed


def test_a_role_that_this_build_does_not_know_opens_nothing() -> None:
    text = '[{"role": "emperor", "body": "b", "reach": "*", "unit_id": null}]'

    assert grants_of(text) == ()
