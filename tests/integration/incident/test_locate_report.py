"""Locating: a report without a place gets one, and a closed file keeps its own."""

from beaconfire_contracts.facts.incident import IncidentRelocated, ReportLocated
from beaconfire_testkit.centre import AKL, Centre

BODY = {"position": {"lon": AKL[0], "lat": AKL[1], "accuracy_m": 12.0}, "method": "network"}


async def test_a_silent_call_is_placed_by_the_network_seconds_later(centre: Centre) -> None:
    told = await centre.report(position=None)

    await centre.client().post(f"/v1/reports/{told['report_id']}/locations", json=BODY)

    place = (await centre.incident(told["incident_id"]))["place"]
    assert (place["state"], place["uncertainty_m"]) == ("approximate", 12.0)
    assert len(await centre.running.told(ReportLocated)) == 1
    assert len(await centre.running.told(IncidentRelocated)) == 1


async def test_a_closed_file_keeps_its_place_and_the_report_its_position(centre: Centre) -> None:
    told = await centre.report(position=None)
    desk, one = centre.client(), told["incident_id"]
    await desk.post(f"/v1/incidents/{one}/close", json={"disposition": "resolved"})

    await desk.post(f"/v1/reports/{told['report_id']}/locations", json=BODY)

    assert (await centre.incident(one))["place"]["state"] == "unlocated"
    report = (await desk.get(f"/v1/reports/{told['report_id']}")).json()
    assert report["position"]["accuracy_m"] == 12.0
