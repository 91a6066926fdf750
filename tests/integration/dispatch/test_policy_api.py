"""Policies over HTTP: who changes them, from when on they hold, and how an exception goes again."""

from datetime import datetime

import pytest

from beaconfire_contracts.vocabulary import PolicyMode, Role
from beaconfire_dispatch.adapters.demands import PgPolicies
from beaconfire_dispatch.domain.policy import Policy
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City, get
from beaconfire_testkit.grid import area as an_area
from beaconfire_testkit.service import ServiceUnderTest, a_subject

RULE = {"priority": 1, "mode": "propose", "target_s": 300, "acknowledge_s": 30}


async def test_a_policy_is_changed_by_a_shift_leader_and_holds_from_the_next_order_on(
    city: City,
) -> None:
    leader = city.centre.client(Role.SHIFT_LEADER)
    asked = {"priority": 1, "mode": "propose", "target_s": 300, "acknowledge_s": 30}

    changed = await leader.put("/v1/policies", json=asked)
    [ordered] = await city.order(await city.incident(), "E1")

    kept = asked | {"late_s": 180, "area": None, "type": None, "may_divert_unasked": False}
    assert (changed.status_code, changed.json()) == (200, kept)
    listed = await get(city.desk, "/v1/policies")
    assert [one["priority"] for one in listed["items"]] == [1, 2, 3, 4]
    assert listed["items"][0] == kept
    assert _seconds(ordered["dispatched_at"], ordered["acknowledge_by"]) == 30


async def test_an_areas_own_policy_goes_before_the_rule_and_is_its_own_leaders(
    mapped: City,
) -> None:
    city = mapped
    rule = {"priority": 1, "mode": "propose", "target_s": 300, "acknowledge_s": 30}
    asked = rule | {"acknowledge_s": 20, "area": "akl.d1", "type": "fire", "late_s": 60}
    part = city.running.client(a_subject(Role.SHIFT_LEADER, reach="akl.d1"))
    other = city.running.client(a_subject(Role.SHIFT_LEADER, reach="akl.d2"))

    changed = await part.put("/v1/policies", json=asked)
    refused = await other.put("/v1/policies", json=asked)
    [here] = await city.order(await city.incident(), "E1")
    [there] = await city.order(await city.incident(path="akl.d2.c1"), "E2")

    assert (changed.status_code, changed.json()) == (200, asked | {"may_divert_unasked": False})
    assert refused.status_code in (403, 404)
    assert _seconds(here["dispatched_at"], here["acknowledge_by"]) == 20
    assert _seconds(there["dispatched_at"], there["acknowledge_by"]) == 60


async def test_ordering_by_itself_is_for_a_shift_leader_to_allow(city: City) -> None:
    asked = {"priority": 1, "mode": "auto", "target_s": 300, "acknowledge_s": 30,
             "may_divert_unasked": True}  # fmt: skip

    refused = await city.desk.put("/v1/policies", json=asked)
    answer = await city.centre.client(Role.SHIFT_LEADER).put("/v1/policies", json=asked)

    assert (refused.status_code, answer.status_code) == (403, 200)
    first = (await get(city.desk, "/v1/policies"))["items"][0]
    assert (first["mode"], first["may_divert_unasked"]) == ("auto", True)


async def test_a_policy_holds_everywhere_so_a_part_of_the_city_does_not_change_it(
    city: City,
) -> None:
    asked = {"priority": 1, "mode": "propose", "target_s": 300, "acknowledge_s": 30}
    part = city.running.client(a_subject(Role.SHIFT_LEADER, reach="akl.d1"))

    assert (await part.put("/v1/policies", json=asked)).status_code in (403, 404)
    assert (await city.desk.put("/v1/policies", json=asked)).status_code == 403


async def test_an_exception_is_dropped_and_its_rule_holds_again(mapped: City) -> None:
    city = mapped
    leader = city.centre.client(Role.SHIFT_LEADER)
    rule = {"priority": 1, "mode": "propose", "target_s": 300, "acknowledge_s": 30}
    await leader.put("/v1/policies", json=rule)
    await leader.put("/v1/policies", json=rule | {"acknowledge_s": 20, "area": "akl.d1"})
    part = city.running.client(a_subject(Role.SHIFT_LEADER, reach="akl.d2"))
    path = "/v1/policies/1?area=akl.d1"

    refused = [(await one.delete(path)).status_code for one in (city.desk, part)]
    dropped = await leader.delete(path)
    again = await leader.delete(path)
    [ordered] = await city.order(await city.incident(), "E1")

    assert refused[0] == 403
    assert refused[1] in (403, 404)
    assert (dropped.status_code, again.status_code) == (204, 404)
    assert _seconds(ordered["dispatched_at"], ordered["acknowledge_by"]) == 30


@pytest.mark.parametrize("area", ["akl.d7", "akl.d1.c9", "zzz", "d1", "akl.d7.c1", "box-7"])
async def test_a_policy_of_an_area_that_there_is_not_is_refused_by_its_place(
    mapped: City, geo: ServiceUnderTest, area: str
) -> None:
    """A response area is none: a policy of it would hold nowhere, though a run card's may."""
    box = an_area("box-7", "response_area", None, (AKL[0] - 0.01, AKL[1] - 0.01, 175, -36.8))
    drawn = {"type": "FeatureCollection", "crs": "WGS84", "features": [box]}
    async with geo.client(a_subject(Role.ADMINISTRATOR)) as keeper:
        assert (await keeper.put("/v1/layers/response-areas", json=drawn)).status_code == 200
    before = await get(mapped.desk, "/v1/policies")

    leader = mapped.centre.client(Role.SHIFT_LEADER)
    refused = await leader.put("/v1/policies", json=RULE | {"area": area})
    taken = await mapped.desk.put("/v1/policies", json=RULE | {"area": area})

    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["pointer"], problem["area"]) == (
        422, "unknown_policy_area", "/area", area,
    )  # fmt: skip
    assert "no response area" in problem["detail"]
    assert taken.status_code == 403
    assert await get(mapped.desk, "/v1/policies") == before
    for known in ("akl", "akl.d1", "akl.d1.c1"):
        answer = await leader.put("/v1/policies", json=RULE | {"area": known})
        assert answer.status_code == 200, answer.text


async def test_while_geo_is_away_a_policy_of_no_new_area_is_taken(city: City) -> None:
    """Dispatch alone: nobody says which areas there are."""
    leader = city.centre.client(Role.SHIFT_LEADER)

    early = await leader.put("/v1/policies", json=RULE | {"area": "akl.d1"})
    async with city.running.ground.database.pool.acquire() as connection:
        kept = Policy(1, PolicyMode.PROPOSE, 300, 60, area="akl.d1")
        await PgPolicies(connection).save(kept)
    again = await leader.put("/v1/policies", json=RULE | {"area": "akl.d1"})

    assert (early.status_code, early.json()["code"]) == (503, "grid_away")
    assert (again.status_code, again.json()["acknowledge_s"]) == (200, 30)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/policies/1", 422, "rule_stays"),
        ("/v1/policies/5?area=akl", 422, "invalid"),
        ("/v1/policies/1?area=a%20b", 422, "invalid"),
        ("/v1/policies/1?more=1", 422, "invalid"),
        ("/v1/policies/1?type=fire", 404, "not_found"),
    ],
)
async def test_what_is_no_exception_is_not_dropped(
    city: City, path: str, status: int, code: str
) -> None:
    leader = city.centre.client(Role.SHIFT_LEADER)
    before = await get(city.desk, "/v1/policies")

    answer = await leader.delete(path)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await get(city.desk, "/v1/policies") == before


def _seconds(first: str, last: str) -> float:
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()
