"""Mutual aid over HTTP: the nearest neighbour, then the next, then the level above; each once."""

import asyncio
from typing import Any

import pytest

from beaconfire_contracts.facts.aid import AidAnswered, AidEnded, AidExhausted, AidRequested
from beaconfire_contracts.facts.dispatch import AssignmentDispatched
from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.adapters.aid_watch import AidWatch
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City, get, post
from beaconfire_testkit.neighbours import Neighbourhood, a_neighbourhood

ENGINES = {"needs": [{"capability": "engine", "count": 2}]}
_TIME_IS_OVER = """
    update aid set due_at = due_at - interval '1 hour',
        asked_at = asked_at - interval '1 hour', asked_wall = asked_wall - interval '5 seconds'
    where state = 'asked'
"""


async def _ask(city: City, incident_id: str, **asked: Any) -> dict[str, Any]:
    path = f"/v1/incidents/{incident_id}/aid"
    return await post(city.desk, path, ENGINES | asked, status=201)


async def _refused(client: Any, path: str, body: Any) -> tuple[int, str | None]:
    answer = await client.post(path, json=body)
    return answer.status_code, answer.json().get("code")


async def test_the_nearest_neighbour_gives_units_that_stay_its_own_until_they_are_done(
    city: City, around: Neighbourhood, aid_watch: AidWatch
) -> None:
    incident_id = await city.incident("fire")
    asked = await _ask(city, incident_id)
    unit = city.units["N1"]

    desk = around.desk(around.near)
    given = await post(desk, f"/v1/aid/{asked['id']}/accept", {"unit_ids": [unit["id"]]})

    assert (asked["body"], asked["for_body"]) == (around.near, city.centre.body)
    assert given["aid"]["state"] == "accepted"
    [one] = given["assignments"]
    after = await city.unit("N1")
    assert (after["incident_id"], after["body"]) == (incident_id, around.near)
    [ordered] = await city.running.told(AssignmentDispatched)
    assert (ordered.unit_id, ordered.eta_at is not None) == (unit["id"], True)
    [told] = await city.running.told(AidAnswered)
    assert told.unit_ids == (unit["id"],)
    assert await aid_watch.end() == 0
    for verb in ("on-scene", "clear"):
        await city.step(one, verb)
    await asyncio.gather(aid_watch.end(), aid_watch.end())
    assert len(await city.running.told(AidEnded)) == 1
    assert await aid_watch.end() == 0


async def test_who_declines_or_is_silent_is_followed_by_the_next_and_the_level_above_each_once(
    city: City, around: Neighbourhood, aid_watch: AidWatch
) -> None:
    incident_id = await city.incident("fire")
    first = await _ask(city, incident_id)
    declined = await post(
        around.desk(around.near), f"/v1/aid/{first['id']}/decline", {"reason": "own_fire"}
    )
    for _ in range(2):
        await city.running.ground.database.pool.execute(_TIME_IS_OVER)
        await asyncio.gather(aid_watch.expire(), aid_watch.expire())

    asked = await city.running.told(AidRequested)
    assert [one.body for one in asked] == [around.near, around.far, around.above]
    assert {one.root_id for one in asked} == {first["id"]}
    assert declined["reason"] == "own_fire"
    answered = await city.running.told(AidAnswered)
    assert [one.state.value for one in answered] == ["declined", "expired", "expired"]
    assert len(await city.running.told(AidExhausted)) == 1
    assert await aid_watch.expire() == 0


async def test_a_neighbour_whose_units_are_of_a_body_below_it_is_asked_and_nobody_twice(
    city: City, aid_watch: AidWatch
) -> None:
    around = await a_neighbourhood(city, is_a_level_below=True)
    await _ask(city, await city.incident("fire"))
    for _ in range(3):
        await city.running.ground.database.pool.execute(_TIME_IS_OVER)
        await aid_watch.expire()

    asked = [one.body for one in await city.running.told(AidRequested)]
    assert asked == [around.near, around.far, around.above]
    assert len(await city.running.told(AidExhausted)) == 1


async def test_however_fast_business_runs_there_are_five_seconds_of_the_wall_to_answer(
    city: City, around: Neighbourhood, aid_watch: AidWatch
) -> None:
    await _ask(city, await city.incident("fire"))
    city.running.clock.set(speed=960)
    await asyncio.sleep(0.3)

    assert await aid_watch.expire() == 0
    assert len(await city.running.told(AidRequested)) == 1


async def test_what_is_short_by_the_recommendation_is_asked_for(
    city: City, around: Neighbourhood, planner: Planner
) -> None:
    for sign in ("E1", "E2"):
        await city.order(await city.incident(None), sign)
    incident_id = await city.incident("rescue.water")
    await planner.plan()
    advice = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    assert advice["short"]

    path = f"/v1/incidents/{incident_id}/aid"
    asked = await post(city.desk, path, {"body": around.above}, status=201)

    assert asked["body"] == around.above
    assert [one["capability"] for one in asked["needs"]] == [
        one["capability"] for one in advice["short"]
    ]


async def test_two_answers_at_once_are_one_and_two_requests_at_once_are_one(
    city: City, around: Neighbourhood
) -> None:
    incident_id = await city.incident("fire")
    path = f"/v1/incidents/{incident_id}/aid"
    asking = await asyncio.gather(*(city.desk.post(path, json=ENGINES) for _ in range(4)))
    [made] = [one.json() for one in asking if one.status_code == 201]
    body = {"unit_ids": [city.units["N1"]["id"]]}
    desk = around.desk(around.near)

    answers = await asyncio.gather(
        *(desk.post(f"/v1/aid/{made['id']}/accept", json=body) for _ in range(3)),
        *(desk.post(f"/v1/aid/{made['id']}/decline", json={"reason": "no"}) for _ in range(3)),
    )

    assert {one.json()["code"] for one in asking if one.status_code != 201} == {"aid_asked"}
    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409, 409, 409]
    assert {one.json()["code"] for one in answers if one.status_code == 409} == {"aid_over"}
    assert len(await city.running.told(AidAnswered)) == 1


async def test_a_unit_that_was_taken_meanwhile_is_not_given_and_the_request_waits_on(
    city: City, around: Neighbourhood
) -> None:
    asked = await _ask(city, await city.incident("fire"))
    await city.order(await city.incident(None), "N1")
    body = {"unit_ids": [city.units["N1"]["id"]]}
    path = f"/v1/aid/{asked['id']}"

    assert await _refused(around.desk(around.near), f"{path}/accept", body) == (409, "unit_taken")
    page = await get(city.desk, "/v1/aid", state="asked")
    assert [one["id"] for one in page["items"]] == [asked["id"]]


async def test_who_sees_and_who_answers(city: City, around: Neighbourhood) -> None:
    incident_id = await city.incident("fire")
    asked = await _ask(city, incident_id)
    path = f"/v1/aid/{asked['id']}"
    near, far = around.desk(around.near), around.desk(around.far)
    reason = {"reason": "own_fire"}

    assert [one["id"] for one in (await get(near, "/v1/aid"))["items"]] == [asked["id"]]
    assert (await get(far, "/v1/aid"))["items"] == []
    assert (await _refused(far, f"{path}/decline", reason))[0] == 404
    assert (await _refused(near, f"{path}/withdraw", reason))[0] in (403, 404)
    viewer = around.desk(around.near, Role.VIEWER)
    assert (await _refused(viewer, f"{path}/decline", reason))[0] == 403
    body = {"unit_ids": [city.units["E1"]["id"]]}
    assert await _refused(near, f"{path}/accept", body) == (422, "unknown_unit")
    nobody = await _refused(near, f"/v1/aid/{new_id()}/decline", reason)
    assert nobody[0] == 404
    withdrawn = await post(city.desk, f"{path}/withdraw", {"reason": "enough"})
    assert withdrawn["state"] == "withdrawn"
    assert await _refused(near, f"{path}/decline", reason) == (409, "aid_over")
    assert len(await city.running.told(AidRequested)) == 1


async def test_what_cannot_be_asked(city: City, around: Neighbourhood) -> None:
    incident_id = await city.incident("fire")
    path = f"/v1/incidents/{incident_id}/aid"

    assert await _refused(city.desk, path, {}) == (409, "nothing_short")
    own = ENGINES | {"body": city.centre.body}
    assert await _refused(city.desk, path, own) == (422, "no_such_body")
    unknown = ENGINES | {"body": new_id()}
    assert await _refused(city.desk, path, unknown) == (422, "no_such_body")
    assert (await _refused(around.desk(around.near), path, ENGINES))[0] == 404
    await city.close(incident_id)
    assert await _refused(city.desk, path, ENGINES) == (409, "incident_over")


async def test_without_anybody_around_nobody_can_help(city: City) -> None:
    path = f"/v1/incidents/{await city.incident('fire')}/aid"

    assert await _refused(city.desk, path, ENGINES) == (409, "nobody_can_help")


@pytest.mark.parametrize("ending", ["closed", "merged"])
async def test_what_is_over_asks_nobody_any_more(
    city: City, around: Neighbourhood, aid_watch: AidWatch, ending: str
) -> None:
    incident_id = await city.incident("fire")
    await _ask(city, incident_id)
    if ending == "closed":
        await city.close(incident_id)
    else:
        await city.merge(incident_id, await city.incident("fire"))

    await asyncio.gather(aid_watch.end(), aid_watch.end())

    [told] = await city.running.told(AidAnswered)
    assert (told.state.value, told.reason) == ("withdrawn", "incident_over")
    assert len(await city.running.told(AidRequested)) == 1
    assert around.near == told.body
