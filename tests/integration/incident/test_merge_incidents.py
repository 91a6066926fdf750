"""Merging: two who merge two into each other at once leave exactly one that goes on."""

import asyncio

from beaconfire_testkit.centre import AKL, Centre


async def test_two_merges_against_each_other_leave_one_live(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    two = (await centre.report(at=(AKL[0] + 0.05, AKL[1])))["incident_id"]
    desk = centre.client()

    answers = await asyncio.gather(
        desk.post(f"/v1/incidents/{one}/merge", json={"into": two}),
        desk.post(f"/v1/incidents/{two}/merge", json={"into": one}),
    )

    assert sorted(each.status_code for each in answers) == [200, 409]
    both = [await centre.incident(each) for each in (one, two)]
    assert sorted(each["status"] for each in both) == ["merged", "open"]
