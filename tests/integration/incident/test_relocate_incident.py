"""Relocating: a report at the new place is about it, one at the old place is not."""

from beaconfire_testkit.centre import AKL, Centre

FAR = (AKL[0] + 0.05, AKL[1])


async def test_reports_follow_the_incident_to_its_new_place(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    moved = {"position": {"lon": FAR[0], "lat": FAR[1], "accuracy_m": 10.0}, "method": "map"}
    path = f"/v1/incidents/{one}/relocate"

    first = (await centre.client().post(path, json=moved)).json()["version"]
    again = (await centre.client().post(path, json=moved)).json()["version"]

    assert (first, again) == (3, 3)
    assert (await centre.report(at=FAR))["incident_id"] == one
    assert (await centre.report())["incident_id"] != one
