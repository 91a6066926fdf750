"""Policies over HTTP: who changes them, from when on they hold, and how an exception goes again."""

from datetime import datetime

import pytest

from beaconfire_contracts.vocabulary import Role
from beaconfire_testkit.city import City, get
from beaconfire_testkit.service import a_subject


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
    city: City,
) -> None:
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


async def test_an_exception_is_dropped_and_its_rule_holds_again(city: City) -> None:
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
