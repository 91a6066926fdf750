"""Amending: what is said later raises, what is left out stays, the same again is nothing."""

from beaconfire_contracts.facts.incident import ReportAmended
from beaconfire_testkit.centre import Centre


async def test_words_that_come_later_raise_the_priority(centre: Centre) -> None:
    told = await centre.report(type="traffic.collision", text="two cars")
    path = f"/v1/reports/{told['report_id']}/amend"

    await centre.client().post(path, json={"text": "two cars, one is trapped"})
    raised = await centre.incident(told["incident_id"])
    await centre.client().post(path, json={"text": "two cars"})

    assert (raised["priority"], raised["priority_reason"]) == (1, "trapped")
    assert (await centre.incident(told["incident_id"]))["priority"] == 1


async def test_the_same_again_tells_nothing(centre: Centre) -> None:
    told = await centre.report()
    path = f"/v1/reports/{told['report_id']}/amend"

    answer = await centre.client().post(path, json={"text": "smoke from the roof"})

    assert answer.status_code == 200
    assert await centre.running.told(ReportAmended) == []
