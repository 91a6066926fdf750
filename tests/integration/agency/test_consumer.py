"""A revocation as a fact: whoever listens knows within seconds, here and elsewhere."""

from typing import Any

from beaconfire_contracts.facts.agency import AccessRevoked
from beaconfire_contracts.ids import PersonId
from beaconfire_platform.clock import wall_now


async def test_a_revocation_told_elsewhere_ends_what_was_exchanged_here(centre: Any) -> None:
    under_test = centre.under_test
    session = (await centre.administrator.get("/v1/session")).json()
    person = PersonId(session["person"]["id"])

    await under_test.tell(AccessRevoked(person, wall_now(), epoch=1))
    assert (await centre.administrator.get("/v1/session")).status_code == 200
    await under_test.catch_up()

    assert (await centre.administrator.get("/v1/session")).status_code == 401


async def test_every_fact_of_agency_is_taken_in_without_a_hitch(centre: Any) -> None:
    body = await centre.body("akl", "akl")
    person = await centre.person("mei", body, "dispatcher")
    seat = await centre.seat("D1", body)
    mei = await centre.signed_in("mei")
    await mei.post(f"/v1/seats/{seat['id']}/take")
    await mei.post(f"/v1/seats/{seat['id']}/leave")
    await centre.administrator.post(f"/v1/people/{person['id']}/revoke", json={})

    await centre.under_test.catch_up()

    assert (await mei.get("/v1/session")).status_code == 401
