"""Passing: the seat that had it and the one that has it are told; a closed file stays."""

from beaconfire_contracts.facts.incident import IncidentPassed
from beaconfire_testkit.centre import Centre


async def test_both_seats_are_told_and_a_closed_file_is_passed_no_more(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    desk, body = centre.client(), {"seat": centre.seats[1]}

    await desk.post(f"/v1/incidents/{one}/pass", json=body)
    await desk.post(f"/v1/incidents/{one}/close", json={"disposition": "resolved"})
    late = await desk.post(f"/v1/incidents/{one}/pass", json={"seat": centre.seats[0]})

    [told] = await centre.running.told(IncidentPassed)
    assert (told.from_seat, told.seat) == (centre.pool, centre.seats[1])
    assert (late.status_code, late.json()["code"]) == (409, "not_live")
    assert late.json()["incident_status"] == "closed"
