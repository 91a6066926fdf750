"""A desk keeps a unit for an incident or vetoes it, and every later matching keeps to that."""

import pytest

from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City, get
from beaconfire_testkit.service import a_subject


def path_of(city: City, incident_id: str, call_sign: str) -> str:
    return f"/v1/incidents/{incident_id}/instructions/{city.units[call_sign]['id']}"


async def say(city: City, incident_id: str, call_sign: str, kind: str) -> None:
    answer = await city.desk.put(path_of(city, incident_id, call_sign), json={"kind": kind})
    assert answer.status_code == 200, answer.text


async def proposed(city: City, planner: Planner, incident_id: str) -> set[str]:
    await planner.plan()
    answer = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    return {one["call_sign"] for option in answer["options"][:1] for one in option["units"]}


async def test_who_is_vetoed_is_not_proposed_until_that_is_lifted(
    city: City, planner: Planner
) -> None:
    incident_id = await city.incident("fire")
    [first] = await proposed(city, planner, incident_id)
    await say(city, incident_id, first, "vetoed")
    [other] = await proposed(city, planner, incident_id)
    again = await proposed(city, planner, incident_id)
    lifted = await city.desk.delete(path_of(city, incident_id, first))

    assert (other != first, again) == (True, {other})
    assert lifted.status_code == 204
    assert await proposed(city, planner, incident_id) == {first}


async def test_who_is_kept_goes_there_and_nowhere_else(city: City, planner: Planner) -> None:
    incident_id, other = await city.incident("fire"), await city.incident("fire")
    [nearest] = await proposed(city, planner, incident_id)
    [second] = {"E1", "E2"} - {nearest}
    await say(city, incident_id, second, "kept")

    assert await proposed(city, planner, incident_id) == {second}
    assert await proposed(city, planner, other) == {nearest}
    await say(city, other, second, "kept")
    assert await proposed(city, planner, other) == {second}
    there = await get(city.desk, f"/v1/incidents/{incident_id}/instructions")
    assert there["items"] == []


async def test_who_was_sent_is_kept_no_longer(city: City, planner: Planner) -> None:
    incident_id, other = await city.incident("fire"), await city.incident("fire")
    await say(city, incident_id, "E1", "kept")
    await city.order(incident_id, "E1")
    await city.order(other, "E2")
    assignments = await get(city.desk, "/v1/assignments", incident_id=incident_id)
    [mine] = assignments["items"]
    path = f"/v1/assignments/{mine['id']}/cancel"
    cancelled = await city.desk.post(path, json={"version": mine["version"], "reason": "no_need"})
    assert cancelled.status_code == 200, cancelled.text
    third = await city.incident("fire")

    assert await proposed(city, planner, third) | await proposed(city, planner, incident_id) == {
        "E1"
    }


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "always"}, "/kind"),
        ({"kind": None}, "/kind"),
        ({"kind": "vetoed", "reason": "whim"}, "/reason"),
    ],
)
async def test_another_word_is_refused_with_its_place(
    city: City, body: dict[str, str | None], pointer: str
) -> None:
    incident_id = await city.incident("fire")

    answer = await city.desk.put(path_of(city, incident_id, "E1"), json=body)

    assert (answer.status_code, answer.json()["pointer"]) == (422, pointer)


async def test_why_it_was_said_is_kept_until_another_word_takes_its_place(city: City) -> None:
    incident_id = await city.incident("fire")
    path = path_of(city, incident_id, "E1")
    said = await city.desk.put(path, json={"kind": "vetoed", "reason": "crew"})
    there = await get(city.desk, f"/v1/incidents/{incident_id}/instructions")
    await say(city, incident_id, "E1", "kept")
    then = await get(city.desk, f"/v1/incidents/{incident_id}/instructions")

    assert said.json()["reason"] == "crew"
    assert [one["reason"] for one in there["items"]] == ["crew"]
    assert [(one["kind"], one["reason"]) for one in then["items"]] == [("kept", None)]


async def test_a_proposed_unit_shows_the_terms_of_its_price(city: City, planner: Planner) -> None:
    incident_id = await city.incident("fire")
    await planner.plan()
    answer = await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")
    [unit] = answer["options"][0]["units"]

    assert unit["terms"]["minutes"] > 0
    assert unit["travel_time_s"] == pytest.approx(sum(unit["parts"].values()), abs=0.2)


async def test_what_is_not_there_is_said_and_a_crew_may_not_speak(city: City) -> None:
    incident_id = await city.incident("fire")
    unknown = await city.desk.put(
        f"/v1/incidents/{incident_id}/instructions/{new_id()}", json={"kind": "kept"}
    )
    crew = city.running.client(a_subject(Role.FIELD, reach="akl"))
    refused = await crew.put(path_of(city, incident_id, "E1"), json={"kind": "kept"})

    assert unknown.status_code == 404
    assert refused.status_code == 403


async def test_each_word_is_on_record_with_whose_it_is(city: City) -> None:
    incident_id = await city.incident("fire")
    await say(city, incident_id, "E1", "vetoed")
    there = await get(city.desk, f"/v1/incidents/{incident_id}/instructions")
    audited = await city.running.ground.database.pool.fetch(
        "select object from audit where action = 'unit.instruct'"
    )

    [item] = there["items"]
    assert (item["kind"], item["unit_id"]) == ("vetoed", city.units["E1"]["id"])
    assert item["given_by"]
    assert [one["object"] for one in audited] == [incident_id]
