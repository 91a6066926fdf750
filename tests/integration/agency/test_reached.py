"""Nobody hands out more than they reach: no way up for an administrator of a part."""

from typing import Any

import httpx
import pytest

from beaconfire_agency.entrypoints.reached import BeyondYourReach


@pytest.fixture
async def parts(centre: Any) -> Any:
    """A local administrator, a colleague of theirs, and the whole city above them."""
    city, north = await centre.body("city", "akl"), await centre.body("north", "akl.north")
    await centre.person("local", north, "administrator")
    colleague = await centre.person("colleague", north, "dispatcher")
    return {
        "city": city,
        "north": north,
        "colleague": colleague,
        "local": await centre.signed_in("local"),
    }


async def _grant(client: httpx.AsyncClient, person: Any, **grant: str) -> httpx.Response:
    return await client.post(
        f"/v1/people/{person['id']}/grants", json={"grants": [{"role": "administrator"} | grant]}
    )


async def test_a_grant_within_reach_is_given(parts: Any) -> None:
    answer = await _grant(
        parts["local"], parts["colleague"], body=parts["north"]["id"], reach="akl.north.st1"
    )

    assert answer.status_code == 200


@pytest.mark.parametrize("stretch", ["*", "akl", "akl.south", "akl.north2"])
async def test_a_grant_that_reaches_further_is_refused(parts: Any, stretch: str) -> None:
    answer = await _grant(
        parts["local"], parts["colleague"], body=parts["north"]["id"], reach=stretch
    )

    assert (answer.status_code, answer.json()["code"]) == (403, BeyondYourReach.code)


async def test_a_grant_for_a_body_out_of_reach_is_refused(parts: Any) -> None:
    answer = await _grant(
        parts["local"], parts["colleague"], body=parts["city"]["id"], reach="akl.north"
    )

    assert answer.status_code == 403


async def test_whoever_reaches_further_is_not_taken_over(centre: Any, parts: Any) -> None:
    """Somebody at home in the north whose grants reach the city: not the north's to command."""
    north, local = parts["north"], parts["local"]
    grants = [{"role": "shift_leader", "body": north["id"], "reach": "akl"}]
    wide = await centre.person("wide", north, grants=grants)
    expires = "2027-06-01T00:00:00Z"

    answers = [
        await local.post(f"/v1/people/{wide['id']}/revoke", json={}),
        await local.post(f"/v1/people/{wide['id']}/grants", json={"grants": []}),
        await local.post(
            f"/v1/people/{wide['id']}/password", json={"password": "a lantern on the hill"}
        ),
        await local.post(
            "/v1/tokens", json={"person_id": wide["id"], "name": "t", "expires_at": expires}
        ),
    ]

    assert [one.status_code for one in answers] == [403, 403, 403, 403]
