"""Moving a report: of two who move it at once one does, and no words are lost."""

import asyncio

from beaconfire_testkit.centre import Centre


async def test_of_two_who_take_a_report_off_at_once_one_does(centre: Centre) -> None:
    first = await centre.report()
    second = await centre.report(text="flames")
    path = f"/v1/reports/{second['report_id']}/detach"

    answers = await asyncio.gather(*(centre.client(seat=n).post(path) for n in range(2)))

    assert sorted(one.status_code for one in answers) == [200, 409]
    texts = [
        report["text"]
        for one in (await centre.client().get("/v1/incidents")).json()["items"]
        for report in one["reports"]
    ]
    assert sorted(texts) == ["flames", "smoke from the roof"]
    assert (await centre.incident(first["incident_id"]))["version"] == 4
