"""Changing: of several who saw the same version one gets through; nothing changed is not told."""

import asyncio

from beaconfire_contracts.facts.incident import IncidentTaken
from beaconfire_testkit.centre import Centre


async def test_of_eight_who_saw_the_same_version_one_changes_it(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    path = f"/v1/incidents/{one}/handle"

    answers = await asyncio.gather(
        *(centre.client(seat=n % 2).post(path, json={"version": 2}) for n in range(8))
    )

    assert sorted(each.status_code for each in answers) == [200] + [409] * 7
    assert (await centre.incident(one))["version"] == 3


async def test_taking_ones_own_again_tells_nothing(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    path = f"/v1/incidents/{one}/take"

    versions = [(await centre.client().post(path, json={})).json()["version"] for _ in range(2)]

    assert versions == [3, 3]
    assert len(await centre.running.told(IncidentTaken)) == 1
