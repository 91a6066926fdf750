"""Corrections: told without their words, taken by a closed file, several beside one entry."""

from beaconfire_contracts.facts.incident import EntryCorrected
from beaconfire_testkit.centre import Centre


async def test_two_corrections_of_one_entry_stand_in_their_order(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    desk = centre.client()
    await desk.post(f"/v1/incidents/{one}/close", json={"disposition": "resolved"})
    await centre.running.catch_up()
    path = f"/v1/incidents/{one}/timeline"
    entry = (await desk.get(path)).json()["items"][0]["fact_id"]

    for now in ("Queen Street 1", "Queen Street 11"):
        body = {"of_fact": entry, "field": "address", "now": now, "reason": "misheard"}
        answer = await desk.post(f"/v1/incidents/{one}/corrections", json=body)
        assert answer.status_code == 201, answer.text

    beside = (await desk.get(path)).json()["items"][0]["corrections"]
    assert [each["now"] for each in beside] == ["Queen Street 1", "Queen Street 11"]
    assert "Queen" not in str(await centre.running.told(EntryCorrected))
