"""What an order may name of others' crews is judged before anything is done."""

from beaconfire_dispatch.domain.recall import REPLACED
from beaconfire_dispatch.entrypoints.turned import Turned
from beaconfire_testkit.city import City, post


async def test_who_is_stood_down_is_locked_too_and_told_why(city: City) -> None:
    incident_id = await city.incident("fire")
    [first] = await city.order(incident_id, "E1")
    await city.step(first, "en-route")
    asked = {"unit_ids": [city.units["E2"]["id"]], "standing_down": [first["id"]]}

    await post(city.desk, f"/v1/incidents/{incident_id}/dispatch", asked, status=201)

    row = await city.running.ground.database.pool.fetchrow(
        "select recall_reason from assignment where assignment_id = $1", first["id"]
    )
    assert row["recall_reason"] == REPLACED
    assert Turned({}, ()).keys == ()


async def test_one_that_ended_meanwhile_needs_no_word(city: City) -> None:
    incident_id = await city.incident("fire")
    [first] = await city.order(incident_id, "E1")
    await city.step(first, "refuse", reason="breakdown")
    asked = {"unit_ids": [city.units["E2"]["id"]], "standing_down": [first["id"]]}

    await post(city.desk, f"/v1/incidents/{incident_id}/dispatch", asked, status=201)

    assert (await city.unit("E2"))["incident_id"] == incident_id
