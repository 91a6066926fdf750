"""Recommendations and orders over HTTP: all or none, a holder named, nobody sent by a proposal."""

from datetime import timedelta
from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch import (
    AssignmentDispatched,
    RecallRequested,
    RecommendationMade,
    ResponseOpened,
    UnitStatusChanged,
)
from beaconfire_contracts.vocabulary import PrimaryStatus, Role, UnitStatus
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City, get, post
from beaconfire_testkit.service import a_subject


async def test_an_order_dispatches_every_unit_under_a_new_fence(city: City) -> None:
    incident_id = await city.incident()

    first, second = await city.order(incident_id, "E1", "A1")

    assert (first["call_sign"], second["call_sign"]) == ("E1", "A1")
    assert (first["status"], first["fence"], first["version"]) == ("dispatched", 1, 1)
    assert first["steps"] == {}
    unit = await city.unit("E1")
    assert (unit["status"], unit["primary"]) == ("dispatched", "not_available")
    assert (unit["incident_id"], unit["assignment_id"]) == (incident_id, first["id"])
    told = await city.running.told(AssignmentDispatched)
    assert [(one.assignment_id, one.fence) for one in told] == [(first["id"], 1), (second["id"], 1)]
    changed = await city.running.told(UnitStatusChanged)
    assert [(one.status, one.primary, one.assignment_id) for one in changed] == [
        (UnitStatus.DISPATCHED, PrimaryStatus.NOT_AVAILABLE, first["id"]),
        (UnitStatus.DISPATCHED, PrimaryStatus.NOT_AVAILABLE, second["id"]),
    ]


async def test_a_unit_on_another_incident_is_refused_with_its_holder_and_nobody_is_sent(
    city: City,
) -> None:
    held = await city.incident()
    [holder] = await city.order(held, "E1")
    other = await city.incident()

    answer = await _order(city, other, "A1", "E1")

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "unit_taken")
    assert (problem["call_sign"], problem["incident_id"]) == ("E1", held)
    assert problem["assignment_id"] == holder["id"]
    assert (await city.unit("A1"))["incident_id"] is None
    assert len(await city.running.told(AssignmentDispatched)) == 1


async def test_a_crew_on_its_way_is_turned_round_where_its_order_is_named(city: City) -> None:
    held, other = await city.incident("fire"), await city.incident("fire")
    [left] = await city.order(held, "E1")
    asked = {"unit_ids": [left["unit_id"]], "leaving": [left["id"]]}

    [sent] = (await post(city.desk, f"/v1/incidents/{other}/dispatch", asked, status=201))[
        "assignments"
    ]

    assert (sent["incident_id"], sent["fence"]) == (other, left["fence"] + 1)
    assert (await city.unit("E1"))["incident_id"] == other
    before = await get(city.desk, f"/v1/assignments/{left['id']}")
    assert before["status"] == "cancelled"
    *_, told = await city.running.told(AssignmentDispatched)
    assert told.turned_from == held
    late = {"fence": left["fence"]}
    answer = await city.crew("E1").post(f"/v1/assignments/{left['id']}/on-scene", json=late)
    assert answer.json()["code"] == "assignment_ended"


async def test_who_has_arrived_is_not_turned_round_and_nobody_is_sent(city: City) -> None:
    held, other = await city.incident("fire"), await city.incident("fire")
    [left] = await city.order(held, "E1")
    await city.step(left, "on-scene")
    asked = {
        "unit_ids": [city.units["E2"]["id"], left["unit_id"]], "leaving": [left["id"]],
    }  # fmt: skip

    answer = await city.desk.post(f"/v1/incidents/{other}/dispatch", json=asked)

    assert (answer.status_code, answer.json()["code"]) == (409, "crew_there")
    assert (await city.unit("E2"))["incident_id"] is None
    assert (await city.unit("E1"))["incident_id"] == held


async def test_who_is_replaced_is_stood_down_in_the_same_breath(city: City) -> None:
    incident_id = await city.incident("fire")
    [first] = await city.order(incident_id, "E1")
    await city.step(first, "en-route")
    asked = {"unit_ids": [city.units["E2"]["id"]], "standing_down": [first["id"]]}

    await post(city.desk, f"/v1/incidents/{incident_id}/dispatch", asked, status=201)

    [told] = await city.running.told(RecallRequested)
    assert (told.assignment_id, told.reason) == (first["id"], "replaced")


@pytest.mark.parametrize(
    ("named", "code"),
    [("leaving", "unknown_assignment"), ("standing_down", "unknown_assignment")],
)
async def test_an_order_that_nobody_knows_is_left_by_nobody(
    city: City, named: str, code: str
) -> None:
    incident_id = await city.incident("fire")
    asked = {"unit_ids": [city.units["E2"]["id"]], named: [new_id()]}

    answer = await city.desk.post(f"/v1/incidents/{incident_id}/dispatch", json=asked)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, code)
    assert problem["pointer"] == f"/{named}/0"


async def test_an_order_names_only_crews_that_it_is_about(city: City) -> None:
    held, other = await city.incident("fire"), await city.incident("fire")
    [left] = await city.order(held, "E1")
    path, e2 = f"/v1/incidents/{other}/dispatch", city.units["E2"]["id"]

    strange = await city.desk.post(path, json={"unit_ids": [e2], "leaving": [left["id"]]})
    elsewhere = await city.desk.post(path, json={"unit_ids": [e2], "standing_down": [left["id"]]})

    assert strange.json()["code"] == "of_another_unit"
    assert elsewhere.json()["code"] == "of_another_incident"


async def test_a_desk_turns_round_only_whom_it_might_call_back(city: City) -> None:
    held, other = await city.incident("fire", path="wlg.d1.c1.g1"), await city.incident("fire")
    [left] = await city.order(held, "E1")
    asked = {"unit_ids": [left["unit_id"]], "leaving": [left["id"]]}
    near = city.running.client(a_subject(Role.DISPATCHER, reach="akl"))

    answer = await near.post(f"/v1/incidents/{other}/dispatch", json=asked)

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_assignment")
    assert (await city.unit("E1"))["incident_id"] == held


async def test_the_same_order_under_the_same_key_is_given_once(city: City) -> None:
    incident_id = await city.incident()
    asked = {"unit_ids": [city.units["E1"]["id"]]}
    path, key = f"/v1/incidents/{incident_id}/dispatch", {"Idempotency-Key": new_id()}
    desk = city.desk

    first = await desk.post(path, json=asked, headers=key)
    again = await desk.post(path, json=asked, headers=key)

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(await city.running.told(AssignmentDispatched)) == 1


async def test_a_unit_that_is_out_of_service_is_not_sent(city: City) -> None:
    asked = {"status": "out_of_service", "reason": "crew_rest"}
    await post(city.desk, f"/v1/units/{city.units['E1']['id']}/status", asked)

    answer = await _order(city, await city.incident(), "E1")

    assert (answer.status_code, answer.json()["code"]) == (409, "unit_out_of_service")


async def test_nobody_is_sent_to_an_incident_that_is_over(city: City) -> None:
    incident_id = await city.incident()
    await city.close(incident_id)

    answer = await _order(city, incident_id, "E1")

    assert (answer.status_code, answer.json()["code"]) == (409, "incident_over")


async def test_a_unit_twice_or_unknown_is_refused_with_a_pointer(city: City) -> None:
    incident_id = await city.incident()

    twice = await _order(city, incident_id, "E1", "E1")
    path = f"/v1/incidents/{incident_id}/dispatch"
    asked = {"unit_ids": [city.units["E1"]["id"], new_id()]}
    unknown = await city.desk.post(path, json=asked)

    assert (twice.status_code, twice.json()["code"]) == (422, "same_unit_twice")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_unit")
    assert unknown.json()["pointer"] == "/unit_ids/1"


async def test_a_recommendation_of_another_incident_is_no_reason_for_an_order(
    city: City, planner: Planner
) -> None:
    other, incident_id = await city.incident("fire"), await city.incident()
    await planner.plan()
    proposal = await get(city.desk, f"/v1/incidents/{other}/recommendation")
    asked = {
        "unit_ids": [city.units["E1"]["id"]], "recommendation_id": proposal["recommendation_id"],
    }  # fmt: skip

    answer = await city.desk.post(f"/v1/incidents/{incident_id}/dispatch", json=asked)

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_recommendation")


async def test_whoever_sees_only_is_forbidden_and_a_stranger_finds_nothing(city: City) -> None:
    incident_id = await city.incident()
    asked = {"unit_ids": [city.units["E1"]["id"]]}
    path = f"/v1/incidents/{incident_id}/dispatch"
    taker = city.centre.client(Role.CALL_TAKER)
    stranger = city.running.client(a_subject(Role.DISPATCHER, reach="wlg"))

    assert (await taker.post(path, json=asked)).status_code == 403
    assert (await stranger.post(path, json=asked)).status_code == 404
    recommended = await stranger.get(f"/v1/incidents/{incident_id}/recommendation")
    assert recommended.status_code == 404


async def test_a_desk_sends_no_unit_that_it_may_not_see(city: City) -> None:
    incident_id = await city.incident(path="wlg.d1")
    here = city.running.client(a_subject(Role.DISPATCHER, reach="wlg"))

    answer = await here.post(
        f"/v1/incidents/{incident_id}/dispatch", json={"unit_ids": [city.units["E1"]["id"]]}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_unit")


async def test_a_recommendation_names_units_reasons_and_what_is_short(
    city: City, planner: Planner
) -> None:
    incident_id = await city.incident("hazmat.leak")

    assert await planner.plan() == 1
    assert await planner.plan() == 0

    told = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    best = told["options"][0]
    assert sorted(one["capability"] for one in best["units"]) == ["ambulance", "engine"]
    [short] = told["short"]
    assert (short["capability"], short["count"]) == ("hazmat", 1)
    assert told["ruled_out"] == {"capability": 1}
    for one in best["units"]:
        assert one["travel_time_s"] == round(sum(one["parts"].values()), 1)
    assert {one["code"] for one in best["reasons"]} == {"nearest_able", "considered"}
    assert best["cover_after"]["ambulance"] == 0.0
    assert len(told["options"]) == 2
    [made] = await city.running.told(RecommendationMade)
    assert [one.unit_id for one in made.units] == [one["unit_id"] for one in best["units"]]
    assert (await city.unit("E1"))["status"] == "in_service"


async def test_who_is_on_the_way_is_not_recommended_again(city: City, planner: Planner) -> None:
    incident_id = await city.incident()
    await planner.plan()
    first = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    asked = {
        "unit_ids": [one["unit_id"] for one in first["options"][0]["units"]],
        "recommendation_id": first["recommendation_id"],
    }
    ordered = await post(city.desk, f"/v1/incidents/{incident_id}/dispatch", asked, status=201)

    await planner.plan()

    after = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    assert len(ordered["assignments"]) == 4
    assert (after["options"], after["short"]) == ([], [])


async def test_an_incident_of_no_known_type_proposes_nobody_and_may_be_answered(
    city: City, planner: Planner
) -> None:
    incident_id = await city.incident(None, path=None)
    await planner.plan()

    told = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    ordered = await city.order(incident_id, "E1")

    assert (told["options"], told["needs"]) == ([], [])
    assert len(ordered) == 1


async def test_a_response_is_opened_with_a_target_from_when_the_incident_was_known(
    city: City,
) -> None:
    opened_at = wall_now() - timedelta(seconds=90)

    await city.incident("medical.cardiac-arrest", opened_at=opened_at)

    [response] = await city.running.told(ResponseOpened)
    assert response.opened_at == opened_at
    assert response.target_at == opened_at + timedelta(seconds=480)


async def test_assignments_are_listed_by_state_unit_and_page(city: City) -> None:
    incident_id = await city.incident()
    first, second, third = await city.order(incident_id, "E1", "E2", "A1")
    await city.step(second, "clear")
    desk = city.desk

    still = await get(desk, "/v1/assignments", state="open")
    ended = await get(desk, "/v1/assignments", state="ended")
    of_unit = await get(desk, "/v1/assignments", unit_id=third["unit_id"])
    page = await get(desk, "/v1/assignments", incident_id=incident_id, limit=2)
    rest = await get(desk, "/v1/assignments", incident_id=incident_id, limit=2, cursor=page["next"])

    assert _ids(still) == sorted([first["id"], third["id"]])
    assert _ids(ended) == [second["id"]]
    assert _ids(of_unit) == [third["id"]]
    assert _ids(page) + _ids(rest) == sorted([first["id"], second["id"], third["id"]])
    assert rest["next"] is None


async def test_a_crew_sees_its_own_assignments_only(city: City) -> None:
    mine, other = await city.order(await city.incident(), "E1", "E2")
    crew = city.crew("E1")

    assert _ids(await get(crew, "/v1/assignments")) == [mine["id"]]
    assert (await get(crew, f"/v1/assignments/{mine['id']}"))["id"] == mine["id"]
    assert (await crew.get(f"/v1/assignments/{other['id']}")).status_code == 404
    assert (await crew.get(f"/v1/assignments/{new_id()}")).status_code == 404


async def test_a_cursor_that_is_none_is_refused(city: City) -> None:
    answer = await city.desk.get("/v1/assignments", params={"cursor": "E1"})

    assert answer.status_code == 422


async def _order(city: City, incident_id: str, *call_signs: str) -> Any:
    asked = {"unit_ids": [city.units[one]["id"] for one in call_signs]}
    return await city.desk.post(f"/v1/incidents/{incident_id}/dispatch", json=asked)


def _ids(page: dict[str, Any]) -> list[str]:
    return [one["id"] for one in page["items"]]
