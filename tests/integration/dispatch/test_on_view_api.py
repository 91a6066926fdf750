"""On view over HTTP: what nobody knew of is opened, what is open is joined, by right, once."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch import AssignmentCleared
from beaconfire_contracts.facts.dispatch_life import OnViewed
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City, a_placing, get, post
from beaconfire_testkit.service import a_subject


def _path(city: City, call_sign: str) -> str:
    return f"/v1/units/{city.units[call_sign]['id']}/on-view"


async def test_a_crew_opens_what_it_stands_at_and_is_on_scene(city: City) -> None:
    told = {"type": "traffic.collision-injury", "source": "app",
            "position": {"lon": 174.77, "lat": -36.85}}  # fmt: skip

    one = await post(city.crew("E1"), _path(city, "E1"), told, status=201)

    assert (one["status"], one["is_on_view"], one["untimely"]) == ("on_scene", True, [])
    unit = await city.unit("E1")
    assert (unit["status"], unit["incident_id"]) == ("on_scene", one["incident_id"])
    [fact] = await city.running.told(OnViewed)
    assert fact.opening is not None
    assert (fact.opening.type, fact.opening.point.lon) == (told["type"], 174.77)
    assert fact.opening.body == city.units["E1"]["body"]
    await city.step(one, "clear")
    [cleared] = await city.running.told(AssignmentCleared)
    assert cleared.gaps == ()


async def test_without_a_place_it_is_where_the_unit_is(city: City) -> None:
    await post(city.desk, _path(city, "E1"), {}, status=201)

    [fact] = await city.running.told(OnViewed)
    assert fact.opening is not None
    assert (fact.opening.point.lon, fact.opening.type) == (pytest.approx(174.7633), None)


async def test_what_was_opened_so_asks_for_the_others_only(city: City, planner: Planner) -> None:
    one = await post(city.crew("A1"), _path(city, "A1"), {}, status=201)
    [told] = await city.running.told(OnViewed)
    opened = replace(
        city.opened("traffic.collision-injury"),
        incident_id=IncidentId(one["incident_id"]),
        opened_at=told.told_at,
    )
    await city.running.tell(opened, a_placing(opened))
    await city.running.catch_up()
    await planner.plan()

    advice = await get(city.desk, f"/v1/incidents/{one['incident_id']}/recommendation")
    assert [need["capability"] for need in advice["short"]] == ["police"]
    await city.step(one, "clear")
    await planner.plan()
    after = await get(city.desk, f"/v1/incidents/{one['incident_id']}/recommendation")
    assert (after["short"], after["options"]) == ([], [])


async def test_an_open_incident_is_joined(city: City) -> None:
    incident_id = await city.incident("fire")

    one = await post(city.crew("E1"), _path(city, "E1"), {"incident_id": incident_id}, status=201)

    assert one["incident_id"] == incident_id
    [fact] = await city.running.told(OnViewed)
    assert fact.opening is None


async def test_a_unit_is_never_on_two_however_many_tell_it_at_once(city: City) -> None:
    incident_id = await city.incident("fire")
    asked = {"unit_ids": [city.units["E1"]["id"]]}
    answers = await asyncio.gather(
        *(city.crew("E1").post(_path(city, "E1"), json={}) for _ in range(4)),
        *(city.desk.post(_path(city, "E1"), json={"incident_id": incident_id}) for _ in range(4)),
        city.desk.post(f"/v1/incidents/{incident_id}/dispatch", json=asked),
    )

    done = [one for one in answers if one.status_code == 201]
    assert len(done) == 1
    assert {one.json()["code"] for one in answers if one not in done} == {"unit_taken"}


async def test_asked_again_under_one_key_it_is_one(city: City) -> None:
    client, key = city.crew("E1"), {"Idempotency-Key": new_id()}
    first = await client.post(_path(city, "E1"), json={}, headers=key)
    again = await client.post(_path(city, "E1"), json={}, headers=key)

    assert (first.status_code, first.json()) == (201, again.json())
    assert len(await city.running.told(OnViewed)) == 1


async def _refused(client: Any, path: str, body: Any) -> tuple[int, str | None, str | None]:
    answer = await client.post(path, json=body)
    said = answer.json()
    return answer.status_code, said.get("code"), said.get("pointer")


async def test_what_is_refused(city: City) -> None:
    here, far = await city.incident("fire"), await city.incident("fire", path="wlg.d1.c1")
    viewer = city.centre.client(Role.VIEWER, seat=None)
    stranger = city.running.client(a_subject(Role.DISPATCHER, reach="wlg"))
    path = _path(city, "E1")

    assert (await _refused(viewer, path, {}))[0] == 403
    assert (await _refused(stranger, path, {}))[0] == 404
    assert (await _refused(city.crew("E2"), path, {}))[0] in (403, 404)
    other = city.running.client(a_subject(Role.FIELD, reach="akl", unit_id=city.units["E1"]["id"]))
    nobody = await _refused(other, path, {"incident_id": new_id()})
    assert nobody[0] in (404, 503)
    both = {"incident_id": here, "type": "fire"}
    assert await _refused(city.desk, path, both) == (422, "known_already", "/type")
    there = {"incident_id": here, "position": {"lon": 174.7, "lat": -36.8}}
    assert await _refused(city.desk, path, there) == (422, "known_already", "/position")
    ahead = {"occurred_at": "2099-01-01T00:00:00Z"}
    assert (await _refused(city.desk, path, ahead))[1] == "ahead_of_clock"
    await post(city.desk, f"/v1/units/{city.units['E1']['id']}/status",
               {"status": "out_of_service", "reason": "breakdown"})  # fmt: skip
    assert (await _refused(city.desk, path, {}))[1] == "unit_out_of_service"
    assert far != here
