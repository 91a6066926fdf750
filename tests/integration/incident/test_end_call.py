"""Ending a call: a normal end asks for nothing more, a report without a call has none to end."""

from beaconfire_contracts.facts.incident import CallbackDue, CallEnded
from beaconfire_testkit.centre import Centre

ENDED = {"ended_at": "2026-11-01T10:01:00Z", "ended_how": "normal"}


async def test_a_call_that_ended_well_is_not_rung_back(centre: Centre) -> None:
    told = await centre.report(call={"id": "c-1", "answered_at": "2026-11-01T10:00:00Z"})

    answer = await centre.client().post(f"/v1/reports/{told['report_id']}/end", json=ENDED)

    assert answer.json()["call"]["ended_how"] == "normal"
    assert len(await centre.running.told(CallEnded)) == 1
    assert await centre.running.told(CallbackDue) == []


async def test_what_came_without_a_call_has_none_to_end(centre: Centre) -> None:
    told = await centre.report()

    answer = await centre.client().post(f"/v1/reports/{told['report_id']}/end", json=ENDED)

    assert (answer.status_code, answer.json()["code"]) == (409, "no_call")


async def test_a_call_does_not_end_before_its_time_has_come(centre: Centre) -> None:
    told = await centre.report(call={"id": "c-1", "answered_at": "2026-11-01T10:00:00Z"})
    ahead = ENDED | {"ended_at": "2031-01-01T00:00:00Z"}

    answer = await centre.client().post(f"/v1/reports/{told['report_id']}/end", json=ahead)

    assert (answer.status_code, answer.json()["code"]) == (422, "ahead_of_clock")
    assert answer.json()["pointer"] == "/ended_at"
    assert await centre.running.told(CallEnded) == []
