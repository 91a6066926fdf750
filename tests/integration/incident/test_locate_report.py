"""Locating: a report without a place gets one, and a closed file keeps its own."""

from beaconfire_contracts.facts.incident import IncidentRelocated, ReportLocated
from beaconfire_contracts.ids import IncidentId, ReportId
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import PlaceMethod
from beaconfire_incident.application import locate_report, relocate_incident
from beaconfire_incident.domain.report import ToldPosition
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


def test_whoever_reports_near_the_place_found_waits_for_it_as_for_a_relocation() -> None:
    position = ToldPosition(Point(*AKL), 12.0, PlaceMethod.NETWORK)
    located = locate_report.LocateReport(ReportId("r"), "i", position)
    moved = relocate_incident.RelocateIncident(IncidentId("i"), position.place, None)

    assert locate_report.keys(located) == relocate_incident.keys(moved)
    assert len(locate_report.keys(located)) > 1
