"""What whoever keeps the machine does by hand: it is checked and on record like all else."""

from datetime import timedelta
from typing import Any

import pytest

from beaconfire_agency.adapters.by_hand import NothingFounded, UnknownPerson
from beaconfire_agency.domain.bodies import UnknownBody
from beaconfire_agency.domain.people import BadSignIn, SignInTaken
from beaconfire_agency.domain.sessions import UnknownScope
from beaconfire_agency.main import add_person, issue_bearer, renew_password
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.database import Database
from beaconfire_platform.ids import new_id

DAY = timedelta(days=1)


async def test_somebody_added_signs_in_and_reaches_their_body(centre: Any) -> None:
    north = await centre.body("north", "akl.north")

    added = await add_person(
        centre.under_test.ground.database, "li", Role.DISPATCHER, body_id=north["id"]
    )

    browser = await centre.signed_in("li", added.password)
    grants = (await browser.get("/v1/session")).json()["person"]["grants"]
    assert [(one["role"], one["reach"]) for one in grants] == [("dispatcher", "akl.north")]


async def test_without_a_body_it_is_the_root_and_everywhere(centre: Any) -> None:
    database = centre.under_test.ground.database
    await add_person(database, "li", Role.VIEWER)

    token = await issue_bearer(database, "li", life=DAY)

    client = centre.under_test.client()
    session = await client.get("/v1/session", headers={"Authorization": f"Bearer {token}"})
    assert session.json()["person"]["grants"][0]["reach"] == "*"
    rows = (await centre.administrator.get("/v1/audit")).json()["items"]
    by_hand = [one["action"] for one in rows if one["actor"] == "system:by-hand"]
    assert by_hand == ["person.write", "token.write"]


async def test_a_password_made_anew_lets_in_and_the_old_one_and_its_sessions_do_not(
    centre: Any,
) -> None:
    database = centre.under_test.ground.database
    added = await add_person(database, "li", Role.VIEWER)
    before = await centre.signed_in("li", added.password)

    renewed = await renew_password(database, "li")

    assert (await before.get("/v1/session")).status_code == 401
    assert (await (await centre.signed_in("li", renewed.password)).get("/v1/session")).is_success
    old = {"sign_in": "li", "password": added.password}
    assert (await centre.under_test.client().post("/v1/session", json=old)).status_code == 401
    with pytest.raises(UnknownPerson):
        await renew_password(database, "nobody")


async def test_what_cannot_be_is_refused(centre: Any) -> None:
    database = centre.under_test.ground.database

    with pytest.raises(SignInTaken):
        await add_person(database, "admin", Role.VIEWER)
    with pytest.raises(BadSignIn):
        await add_person(database, "Li Lei", Role.VIEWER)
    with pytest.raises(UnknownBody):
        await add_person(database, "li", Role.VIEWER, body_id=new_id())
    with pytest.raises(UnknownPerson):
        await issue_bearer(database, "nobody", life=DAY)
    with pytest.raises(UnknownScope):
        await issue_bearer(database, "admin", life=DAY, scopes=("everything",))


async def test_before_anything_is_founded_there_is_nothing_to_add_to(
    agency_database: Database,
) -> None:
    with pytest.raises(NothingFounded):
        await add_person(agency_database, "li", Role.VIEWER)
