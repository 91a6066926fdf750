"""Closing: refused while a unit is at work, by whatever dispatch told last."""

from dataclasses import replace

from beaconfire_contracts.facts.dispatch import AssignmentCleared, AssignmentDispatched
from beaconfire_contracts.ids import IncidentId
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.centre import Centre


async def test_a_file_is_not_closed_over_a_unit_at_work(centre: Centre) -> None:
    one = IncidentId((await centre.report())["incident_id"])
    path, body = f"/v1/incidents/{one}/close", {"disposition": "resolved"}
    await centre.running.tell(replace(an_example_of(AssignmentDispatched), incident_id=one))
    await centre.running.catch_up()

    early = await centre.client().post(path, json=body)
    await centre.running.tell(replace(an_example_of(AssignmentCleared), incident_id=one))
    await centre.running.catch_up()
    late = await centre.client().post(path, json=body)

    assert (early.status_code, early.json()["code"]) == (409, "still_active")
    assert early.json()["units"] is True
    assert (late.status_code, late.json()["status"]) == (200, "closed")
