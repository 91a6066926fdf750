"""A recommendation names who is away, the leg off the road and how much is left to the target."""

from typing import Any

from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_testkit.city import City, get, post


async def _told(city: City, incident_id: str) -> Any:
    return await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")


async def test_units_that_may_not_be_sent_are_named_by_reason_where_they_are_able(
    city: City, planner: Planner
) -> None:
    [order] = await city.order(await city.incident("fire"), "E1")
    await city.step(order, "on-scene")
    for call_sign in ("L1", "A1"):
        path = f"/v1/units/{city.units[call_sign]['id']}/status"
        await post(city.desk, path, {"status": "unable"})
    incident_id = await city.incident("fire")
    await planner.plan()

    told = await _told(city, incident_id)

    assert told["ruled_out"]["at_work"] == 1
    assert told["ruled_out_units"]["at_work"] == [
        {"unit_id": city.units["E1"]["id"], "call_sign": "E1"}
    ]
    away = {one["call_sign"] for one in told["ruled_out_units"].get("out_of_service", [])}
    assert "A1" not in away
    for reason, units in told["ruled_out_units"].items():
        assert len(units) <= told["ruled_out"][reason]


async def test_it_says_how_much_is_left_to_the_target_and_by_what_the_next_one_lost(
    city: City, planner: Planner
) -> None:
    incident_id = await city.incident("fire")
    await planner.plan()

    first, *others = (await _told(city, incident_id))["options"]

    [unit] = first["units"]
    assert unit["slack_s"] > 0
    assert "off_road_s" not in unit["parts"]
    [code] = [one for one in first["reasons"] if one["code"] == "nearest_able"]
    assert code["method"] == "straight_line"
    [considered] = [one for one in first["reasons"] if one["code"] == "considered"]
    assert (considered["later_by_s"], considered["lost_by"]) == (0.0, "tie")
    passed = [one["lost_by"] for way in others for one in way["reasons"]
              if one.get("call_sign") == unit["call_sign"]]  # fmt: skip
    assert passed
    assert set(passed) == {"in_another_way"}
