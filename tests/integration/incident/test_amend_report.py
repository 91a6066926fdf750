"""Amending: what is said later raises, what is left out stays, the same again is nothing."""

from beaconfire_contracts.facts.incident import ReportAmended
from beaconfire_testkit.centre import AKL, Centre


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


async def test_words_about_a_merged_incident_raise_the_one_in_which_it_is_followed(
    centre: Centre,
) -> None:
    desk, far = centre.client(), (AKL[0] + 0.05, AKL[1])
    kept = (await centre.report(type="traffic.collision", text="two cars"))["incident_id"]
    told = await centre.report(type="traffic.collision", text="a crash", at=far)
    absorbed = told["incident_id"]
    await desk.post(f"/v1/incidents/{absorbed}/merge", json={"into": kept})

    answer = await desk.post(
        f"/v1/reports/{told['report_id']}/amend", json={"text": "one is trapped"}
    )

    assert answer.status_code == 200, answer.text
    followed = await centre.incident(kept)
    assert (followed["priority"], followed["priority_reason"]) == (1, "trapped")
    await desk.post(f"/v1/incidents/{absorbed}/split", json={"into": kept})
    assert (await centre.incident(kept))["priority_reason"] == "type"
    assert (await centre.incident(absorbed))["priority_reason"] == "trapped"
