"""Opening: known since the call was answered; a desk's priority counts; no centre, no incident."""

from beaconfire_contracts.vocabulary import Role
from beaconfire_testkit.centre import Centre, a_report
from beaconfire_testkit.service import a_subject


async def test_its_clock_began_when_the_call_was_answered(centre: Centre) -> None:
    told = await centre.report(
        call={"id": "c-1", "answered_at": "2026-11-01T10:00:00Z"}, priority=3
    )

    incident = await centre.incident(told["incident_id"])

    assert incident["first_known_at"] == "2026-11-01T10:00:00Z"
    assert (incident["priority"], incident["priority_reason"]) == (3, "set_by_desk")


async def test_a_centre_that_nobody_told_of_yet_is_asked_to_try_again(centre: Centre) -> None:
    unheard = centre.running.client(a_subject(Role.CALL_TAKER, reach="akl"))

    answer = await unheard.post("/v1/reports", json=a_report(position=None))

    assert (answer.status_code, answer.json()["code"]) == (503, "body_unknown")
