"""Splitting: what was reported while both were one stays with the one that went on."""

from beaconfire_testkit.centre import AKL, Centre


async def test_what_was_told_meanwhile_stays_with_its_words(centre: Centre) -> None:
    quiet = (await centre.report(type="traffic.collision", text="two cars"))["incident_id"]
    fire = (await centre.report(at=(AKL[0] + 0.05, AKL[1])))["incident_id"]
    desk = centre.client()
    await desk.post(f"/v1/incidents/{fire}/merge", json={"into": quiet})
    later = await centre.report(type="traffic.collision", text="two cars, he is unconscious")
    assert later["incident_id"] == quiet

    answer = await desk.post(f"/v1/incidents/{fire}/split", json={"into": quiet})

    assert answer.status_code == 200, answer.text
    alone = await centre.incident(quiet)
    assert {one["text"] for one in alone["reports"]} == {"two cars", "two cars, he is unconscious"}
    assert (alone["priority"], alone["priority_reason"]) == (1, "unconscious")
    assert [one["text"] for one in (await centre.incident(fire))["reports"]] == [
        "smoke from the roof"
    ]
