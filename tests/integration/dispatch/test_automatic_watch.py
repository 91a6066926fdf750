"""Automatic orders: free units only, once a recommendation, whoever looks and is killed."""

import asyncio
from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch import AssignmentDispatched
from beaconfire_contracts.vocabulary import PolicyMode, Role, StatusSource
from beaconfire_dispatch.adapters.automatic_watch import ACTOR, Automatic
from beaconfire_dispatch.adapters.demands import PgPolicies
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.domain.policy import Policy
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City, get, post

RULE: dict[str, Any] = {"priority": 1, "mode": "auto", "target_s": 300, "acknowledge_s": 30}


@pytest.fixture
def automatic(city: City, whereabouts: Whereabouts) -> Automatic:
    return _an_automatic(city, whereabouts)


def _an_automatic(city: City, whereabouts: Whereabouts) -> Automatic:
    ground = city.running.ground
    roads = Roads(ground.database, ground.http)
    return Automatic(ground.database, ground.clock, roads, whereabouts, lambda: None)


async def _allow(city: City, **change: Any) -> None:
    if change.get("area") is not None:  # dispatch alone: nobody says which areas there are
        async with city.running.ground.database.pool.acquire() as connection:
            told: dict[str, Any] = RULE | {"mode": PolicyMode.AUTO} | change
            await PgPolicies(connection).save(Policy(**told))
        return
    leader = city.centre.client(Role.SHIFT_LEADER)
    answer = await leader.put("/v1/policies", json=RULE | change)
    assert answer.status_code == 200, answer.text


async def _ordered(city: City, incident_id: str) -> list[str]:
    """The call signs of all that were ever ordered to an incident."""
    signs = {unit["id"]: sign for sign, unit in city.units.items()}
    told = await city.running.told(AssignmentDispatched)
    return [signs[one.unit_id] for one in told if one.incident_id == incident_id]


async def test_a_free_unit_is_ordered_once_and_it_is_said_who_gave_the_order(
    city: City, planner: Planner, automatic: Automatic
) -> None:
    await _allow(city)
    incident_id = await city.incident("fire")
    await planner.plan()

    counted = [await automatic.follow(), await automatic.follow()]

    [told] = await city.running.told(AssignmentDispatched)
    assert (counted, told.incident_id, told.is_automatic) == ([1, 0], incident_id, True)
    assert told.eta_at is not None
    page = await get(city.desk, "/v1/assignments", incident_id=incident_id)
    assert [one["is_automatic"] for one in page["items"]] == [True]
    pool = city.running.ground.database.pool
    rows = await pool.fetch(
        "select actor, action, object, result from audit where actor = $1", ACTOR
    )
    assert [tuple(one) for one in rows] == [(ACTOR, "order.give", incident_id, "done")]
    unit = await city.unit(next(iter(await _ordered(city, incident_id))))
    assert unit["status"] == "dispatched"


async def test_where_the_policy_only_proposes_a_person_sends(
    city: City, planner: Planner, automatic: Automatic
) -> None:
    await _allow(city, type="medical")
    await _allow(city, area="akl.d2")
    fire = await city.incident("fire")
    await planner.plan()

    assert await automatic.follow() == 0
    medical = await city.incident("medical.cardiac-arrest")
    await planner.plan()
    await automatic.follow()

    assert await _ordered(city, fire) == []
    assert await _ordered(city, medical) != []


async def test_what_is_only_proposed_or_cannot_be_done_hides_nobody_behind_it(
    city: City, planner: Planner, automatic: Automatic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beaconfire_dispatch.adapters.automatic_watch.AT_ONCE_MAX", 1)
    await _allow(city, type="medical")
    fire = await city.incident("fire")
    taken_back = await city.incident("medical.cardiac-arrest")
    await planner.plan()
    await automatic.follow()
    [one] = (await get(city.desk, "/v1/assignments", incident_id=taken_back))["items"]
    await city.step(one, "recall", reason="desk_recalled")
    await planner.plan()
    await automatic.follow()
    other = await city.incident("medical.cardiac-arrest", priority=1)
    path = f"/v1/incidents/{taken_back}/instructions/{city.units['A1']['id']}"
    assert (await city.desk.put(path, json={"kind": "vetoed"})).status_code == 200
    await planner.plan()

    await automatic.follow()

    assert await _ordered(city, other) == ["A1"]
    assert await _ordered(city, fire) == []


async def test_two_that_look_at_once_order_once(
    city: City, planner: Planner, automatic: Automatic, whereabouts: Whereabouts
) -> None:
    ground = city.running.ground
    roads = Roads(ground.database, ground.http)
    other = Automatic(ground.database, ground.clock, roads, whereabouts, lambda: None)
    await _allow(city)
    incident_id = await city.incident("fire")
    await planner.plan()

    counted = await asyncio.gather(automatic.follow(), other.follow(), automatic.follow())

    assert sum(counted) == 1
    assert len(await _ordered(city, incident_id)) == 1


async def test_whoever_is_killed_on_the_way_has_ordered_once_or_not_at_all(
    city: City, planner: Planner, automatic: Automatic
) -> None:
    await _allow(city)
    incident_id = await city.incident("fire")
    await planner.plan()
    for patience_ms in range(0, 40, 3):
        task = asyncio.create_task(automatic.follow())
        await asyncio.sleep(patience_ms / 1_000)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await planner.plan()

    await automatic.follow()

    assert len(await _ordered(city, incident_id)) == 1


async def test_a_recommendation_that_was_followed_is_not_followed_again(
    city: City, planner: Planner, automatic: Automatic
) -> None:
    await _allow(city)
    incident_id = await city.incident("fire")
    await planner.plan()
    await automatic.follow()
    [sign] = await _ordered(city, incident_id)
    [one] = (await get(city.desk, "/v1/assignments", incident_id=incident_id))["items"]
    refused = {"fence": one["fence"], "reason": "crew_hurt"}
    await post(city.crew(sign), f"/v1/assignments/{one['id']}/refuse", refused)
    back = {"status": "in_service"}
    await post(city.desk, f"/v1/units/{one['unit_id']}/status", back)

    assert await automatic.follow() == 0

    # the fault that this test is for: nothing remembered which one was followed
    await city.running.ground.database.pool.execute("delete from automatic_order")
    assert await automatic.follow() == 1


async def test_who_refuses_is_replaced_by_the_next(
    city: City, planner: Planner, automatic: Automatic
) -> None:
    await _allow(city)
    incident_id = await city.incident("fire")
    await planner.plan()
    await automatic.follow()
    [first] = await _ordered(city, incident_id)
    [one] = (await get(city.desk, "/v1/assignments", incident_id=incident_id))["items"]
    told = {"fence": one["fence"], "reason": "breakdown"}
    await post(city.crew(first), f"/v1/assignments/{one['id']}/refuse", told)

    await planner.plan()
    await automatic.follow()

    both = await _ordered(city, incident_id)
    assert sorted(both) == ["E1", "E2"]


async def test_an_order_that_a_desk_took_back_is_not_given_again(
    city: City, planner: Planner, automatic: Automatic
) -> None:
    await _allow(city)
    incident_id = await city.incident("fire")
    await planner.plan()
    await automatic.follow()
    [one] = (await get(city.desk, "/v1/assignments", incident_id=incident_id))["items"]

    await city.step(one, "recall", reason="desk_recalled")
    await planner.plan()

    assert await automatic.follow() == 0
    advice = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    assert advice["options"], "it is proposed, as a person decides"


async def test_a_word_of_a_desk_that_came_after_the_proposal_counts(
    city: City, planner: Planner, automatic: Automatic
) -> None:
    await _allow(city)
    incident_id = await city.incident("medical.cardiac-arrest")
    other = await city.incident("medical.cardiac-arrest", priority=4)
    await planner.plan()
    path = f"/v1/incidents/{incident_id}/instructions/{city.units['A1']['id']}"
    vetoed = await city.desk.put(path, json={"kind": "vetoed"})
    assert vetoed.status_code == 200

    await automatic.follow()
    assert "A1" not in await _ordered(city, incident_id)

    await city.desk.delete(path)
    kept = await city.desk.put(
        f"/v1/incidents/{other}/instructions/{city.units['A1']['id']}", json={"kind": "kept"}
    )
    assert kept.status_code == 200
    await automatic.follow()
    assert "A1" not in await _ordered(city, incident_id)


async def test_a_unit_that_was_sent_meanwhile_is_never_taken_away(
    city: City, planner: Planner, automatic: Automatic
) -> None:
    await _allow(city, may_divert_unasked=True)
    incident_id = await city.incident("medical.cardiac-arrest")
    await planner.plan()
    await city.order(await city.incident(None), "A1")

    await automatic.follow()

    assert "A1" not in await _ordered(city, incident_id)
    assert (await city.unit("A1"))["incident_id"] != incident_id


async def test_a_crew_on_its_way_is_turned_round_unasked_only_where_the_policy_says_so(
    city: City, planner: Planner, automatic: Automatic, whereabouts: Whereabouts
) -> None:
    await _allow(city)
    less = await city.incident("medical", priority=3)
    await city.order(less, "A1")
    urgent = await city.incident("medical")
    await planner.plan()
    advice = await get(city.desk, f"/v1/incidents/{urgent}/recommendation")
    [proposed] = advice["options"][0]["units"]
    assert proposed["leaves"]["incident_id"] == less

    by_person = await automatic.follow()
    await _allow(city, may_divert_unasked=True)
    unasked = await _an_automatic(city, whereabouts).follow()

    assert (by_person, unasked) == (0, 1)
    assert await _ordered(city, urgent) == ["A1"]
    [left] = (await get(city.desk, "/v1/assignments", incident_id=less))["items"]
    told = (await city.running.told(AssignmentDispatched))[-1]
    assert (left["status"], told.turned_from, told.is_automatic) == ("cancelled", less, True)
    rows = await city.running.ground.database.pool.fetch(
        "select action, object from audit where actor = $1 order by action", ACTOR
    )
    assert [tuple(one) for one in rows] == [("assignment.recall", less), ("order.give", urgent)]


@pytest.mark.parametrize("area", [None, "akl.d1"])
async def test_a_free_unit_is_sent_where_the_nearer_crew_would_have_to_be_turned_round(
    city: City, planner: Planner, automatic: Automatic, area: str | None
) -> None:
    """An area's own leader may allow turning, and answers for no incident outside it."""
    await _allow(city, area=area, may_divert_unasked=area is not None)
    less = await city.incident("medical", priority=3, path="akl.d2.c9")
    await city.order(less, "A1")
    far = await city.add_station("S9", point={"lon": AKL[0] + 0.05, "lat": AKL[1]})
    await city.add_unit("A9", "ambulance", station=far["id"])
    urgent = await city.incident("medical")
    await planner.plan()
    advice = await get(city.desk, f"/v1/incidents/{urgent}/recommendation")
    turned, free, *_ = [option["units"][0] for option in advice["options"]]
    assert (turned["call_sign"], turned["leaves"]["incident_id"]) == ("A1", less)
    assert (free["call_sign"], free["leaves"]) == ("A9", None)

    counted = [await automatic.follow(), await automatic.follow()]

    assert counted == [1, 0]
    assert await _ordered(city, urgent) == ["A9"]
    assert (await city.unit("A1"))["incident_id"] == less
    told = (await city.running.told(AssignmentDispatched))[-1]
    assert (told.turned_from, told.is_automatic) == (None, True)


@pytest.mark.parametrize("change", ["arrived", "vetoed", "rules", "elsewhere"])
async def test_who_may_not_be_turned_round_by_now_is_left_where_it_is(
    city: City, planner: Planner, automatic: Automatic, change: str
) -> None:
    area = "akl.d1" if change == "elsewhere" else None
    await _allow(city, may_divert_unasked=True, area=area)
    path = "akl.d2.c9" if change == "elsewhere" else "akl.d1.c1"
    [order] = await city.order(await city.incident("medical", priority=3, path=path), "A1")
    urgent = await city.incident("medical")
    await planner.plan()
    if change == "arrived":
        await city.step(order, "on-scene")
    elif change == "vetoed":
        word = f"/v1/incidents/{urgent}/instructions/{city.units['A1']['id']}"
        assert (await city.desk.put(word, json={"kind": "vetoed"})).status_code == 200
    elif change == "rules":
        await city.running.ground.database.pool.execute("update engine_rules set diversions_max=0")

    assert await automatic.follow() == 0
    assert await _ordered(city, urgent) == []


async def test_a_better_placed_crew_takes_over_unasked_and_the_first_is_called_back(
    city: City, planner: Planner, automatic: Automatic, whereabouts: Whereabouts
) -> None:
    incident_id = await city.incident("medical")
    [first] = await city.order(incident_id, "A1")
    await city.step(first, "acknowledge")
    far = await city.add_station("S2", point={"lon": AKL[0] + 0.5, "lat": AKL[1]})
    near = await city.add_unit("A2", "ambulance")
    pool = city.running.ground.database.pool
    await pool.execute("update unit set station_id = $1 where unit_id = $2", far["id"],
                       city.units["A1"]["id"])  # fmt: skip
    await planner.plan()
    advice = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    assert advice["options"][0]["units"][0]["replaces"]["assignment_id"] == first["id"]

    await _allow(city)
    by_person = await automatic.follow()
    await _allow(city, may_divert_unasked=True)
    unasked = await _an_automatic(city, whereabouts).follow()

    assert (by_person, unasked) == (0, 1)
    page = (await get(city.desk, "/v1/assignments", incident_id=incident_id))["items"]
    assert {one["unit_id"]: one["recall_reason"] for one in page} == {
        first["unit_id"]: "replaced", near["id"]: None,
    }  # fmt: skip


async def test_a_desk_that_was_faster_is_not_doubled(
    city: City, planner: Planner, automatic: Automatic
) -> None:
    await _allow(city)
    incident_id = await city.incident("fire")
    await planner.plan()
    advice = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    [proposed] = advice["options"][0]["units"]
    other = next(one for one in ("E1", "E2") if one != proposed["call_sign"])
    await city.order(incident_id, other)

    assert await automatic.follow() == 0
    assert await _ordered(city, incident_id) == [other]


async def test_it_looks_by_itself_when_something_is_recommended(
    city: City, planner: Planner, automatic: Automatic
) -> None:
    await _allow(city)
    watch = asyncio.create_task(automatic.watch_forever())
    try:
        incident_id = await city.incident("fire")
        await planner.plan()
        for _ in range(200):
            if await _ordered(city, incident_id):
                break
            await asyncio.sleep(0.02)
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)

    assert len(await _ordered(city, incident_id)) == 1
    [told] = await city.running.told(AssignmentDispatched)
    assert told.is_automatic
    status = await city.running.ground.database.pool.fetchval(
        "select status from unit where unit_id = $1", told.unit_id
    )
    assert (status, StatusSource.SYSTEM.value) == ("dispatched", "system")
