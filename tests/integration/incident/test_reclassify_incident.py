"""Reclassifying: a type brings its priority unless words or a person had set it higher."""

from beaconfire_testkit.centre import Centre


async def test_a_type_brings_its_own_priority_only_where_nothing_was_said(centre: Centre) -> None:
    plain = (await centre.report(position=None))["incident_id"]
    urgent = (await centre.report(position=None, type="traffic.collision", text="one is trapped"))[
        "incident_id"
    ]
    quiet = {"type": "traffic.collision"}

    for one in (plain, urgent):
        answer = await centre.client().post(f"/v1/incidents/{one}/reclassify", json=quiet)
        assert answer.status_code == 200, answer.text

    assert (await centre.incident(plain))["priority"] > 1
    assert (await centre.incident(plain))["priority_reason"] == "type"
    assert (await centre.incident(urgent))["priority"] == 1


async def test_a_person_says_why_it_is_as_urgent_as_it_is(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]

    answer = await centre.client().post(
        f"/v1/incidents/{one}/reclassify", json={"priority": 1, "reason": "hazmat"}
    )

    assert answer.status_code == 200
    assert (await centre.incident(one))["priority_reason"] == "hazmat"
