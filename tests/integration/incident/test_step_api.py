"""The steps of an incident over HTTP: naming, seats, life and end, with what refuses them."""

from typing import Any

import httpx
import pytest

from beaconfire_contracts.facts.incident import IncidentClosed, IncidentHandled, IncidentHeld
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.ids import new_id
from beaconfire_testkit.centre import Centre
from beaconfire_testkit.service import a_subject


async def _step(
    centre: Centre, incident_id: str, step: str, *, role: Role = Role.DISPATCHER, **body: Any
) -> httpx.Response:
    return await centre.client(role).post(f"/v1/incidents/{incident_id}/{step}", json=body)


async def test_the_work_is_done_checked_closed_and_taken_up_again(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]

    statuses = [
        (await _step(centre, one, "handle")).json()["status"],
        (await _step(centre, one, "verify", role=Role.SHIFT_LEADER)).json()["status"],
        (await _step(centre, one, "close", disposition="resolved")).json()["status"],
        (await _step(centre, one, "reopen")).json()["status"],
    ]

    assert statuses == ["handled", "verifying", "closed", "open"]
    incident = await centre.incident(one)
    assert (incident["disposition"], incident["closed_at"]) == (None, None)
    assert (incident["owner"]["body"], incident["seat"]) == (centre.body, centre.pool)
    assert len(await centre.running.told(IncidentHandled)) == 1
    [closed] = await centre.running.told(IncidentClosed)
    assert closed.disposition == "resolved"


async def test_whoever_handled_it_does_not_verify_it(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    me, other = centre.client(), centre.client()

    handled = await me.post(f"/v1/incidents/{one}/handle", json={})
    own = await me.post(f"/v1/incidents/{one}/verify", json={})
    others = await other.post(f"/v1/incidents/{one}/verify", json={})

    assert handled.status_code == 200
    assert (own.status_code, own.json()["code"]) == (403, "own_verification")
    assert (others.status_code, others.json()["status"]) == (200, "verifying")


async def test_what_is_held_says_why_and_goes_on(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]

    held = await _step(centre, one, "hold", reason="weather", until="2030-01-01T00:00:00Z")
    again = await _step(centre, one, "reopen")

    assert (held.json()["status"], again.json()["status"]) == ("held", "open")
    [told] = await centre.running.told(IncidentHeld)
    assert told.reason == "weather"


async def test_a_step_that_does_not_follow_is_refused_with_both_names(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    await _step(centre, one, "void", reason="mistake")

    answer = await _step(centre, one, "close", disposition="resolved")

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_step")
    problem = answer.json()
    assert (problem["status"], problem["incident_status"]) == (409, "voided")


async def test_a_file_without_a_type_is_not_closed(centre: Centre) -> None:
    one = (await centre.report(type=None))["incident_id"]

    answer = await _step(centre, one, "close", disposition="resolved")

    assert (answer.status_code, answer.json()["code"]) == (422, "type_missing")
    assert answer.json()["pointer"] == "/type"


async def test_the_version_that_was_seen_counts_in_the_body_and_in_if_match(
    centre: Centre,
) -> None:
    one = (await centre.report())["incident_id"]
    desk = centre.client()
    taken = await desk.post(f"/v1/incidents/{one}/take", json={"version": 2})
    assert taken.json()["version"] == 3

    stale = await desk.post(f"/v1/incidents/{one}/handle", json={"version": 2})
    by_header = await desk.post(f"/v1/incidents/{one}/handle", json={}, headers={"If-Match": '"2"'})
    bad = await desk.post(f"/v1/incidents/{one}/handle", json={}, headers={"If-Match": '"x"'})
    right = await desk.post(f"/v1/incidents/{one}/handle", json={}, headers={"If-Match": 'W/"3"'})

    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert (by_header.status_code, by_header.json()["code"]) == (409, "stale_version")
    assert (bad.status_code, bad.json()["code"]) == (422, "bad_version")
    assert (right.status_code, right.json()["version"]) == (200, 4)


async def test_anybody_raises_a_priority_and_only_a_shift_leader_lowers_it(
    centre: Centre,
) -> None:
    one = (await centre.report(type="traffic.collision", text="two cars"))["incident_id"]

    raised = await _step(centre, one, "reclassify", role=Role.CALL_TAKER, priority=1)
    lowered = await _step(centre, one, "reclassify", priority=3)
    assert (await centre.incident(one))["priority"] == 1
    overridden = await _step(centre, one, "reclassify", role=Role.SHIFT_LEADER, priority=3)

    assert (raised.status_code, lowered.status_code, overridden.status_code) == (200, 403, 200)
    assert (await centre.incident(one))["priority"] == 3


async def test_a_type_that_is_in_no_list_is_refused_with_its_pointer(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]

    answer = await _step(centre, one, "reclassify", type="no.such")

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_type")
    assert answer.json()["pointer"] == "/type"


async def test_a_confirmed_place_is_kept_as_it_was_said(centre: Centre) -> None:
    one = (await centre.report(position=None))["incident_id"]
    at = {"lon": 174.8, "lat": -36.9, "accuracy_m": 5.0}

    answer = await _step(centre, one, "relocate", position=at, method="map", confirmed=True)

    assert (answer.status_code, answer.json()["version"]) == (200, 3)
    place = (await centre.incident(one))["place"]
    assert (place["state"], place["point"]) == ("confirmed", {"lon": 174.8, "lat": -36.9})


async def test_it_is_passed_within_its_centre_only(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]

    passed = await _step(centre, one, "pass", seat=centre.seats[1])
    unknown = await _step(centre, one, "pass", seat=new_id())

    assert passed.status_code == 200
    assert (await centre.incident(one))["seat"] == centre.seats[1]
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_seat")


@pytest.mark.parametrize("step", ["handle", "verify", "reopen", "take"])
async def test_who_cannot_see_it_is_told_that_there_is_none(centre: Centre, step: str) -> None:
    one = (await centre.report())["incident_id"]
    elsewhere = centre.running.client(a_subject(Role.DISPATCHER, reach="wlg"))
    viewer = centre.running.client(a_subject(Role.VIEWER, reach="akl"))

    far = await elsewhere.post(f"/v1/incidents/{one}/{step}", json={})
    near = await viewer.post(f"/v1/incidents/{one}/{step}", json={})

    assert (far.status_code, near.status_code) == (404, 403)
