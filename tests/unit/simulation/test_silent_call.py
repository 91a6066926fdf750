"""Scene 1: somebody is sent before place and type are known; what is missing follows."""

from typing import Any

from beaconfire.simulation.silent_call import CIRCLE_M, STEPS, silent_call

from .stage import KNOWN, Centre, stage_of


def unit(name: str, nth: int, capability: str = "police", primary: str = "available") -> Any:
    return {
        "id": name,
        "call_sign": name.upper(),
        "primary": primary,
        "capabilities": [capability],
        "position": {"lon": KNOWN[nth].lon, "lat": KNOWN[nth].lat},
    }


async def test_the_steps_are_told_in_their_order_with_who_went() -> None:
    centre = Centre()
    centre.units = [unit("p1", 0), unit("a1", 0, "ambulance")]
    centre.options = [{"units": [{"unit_id": "a1", "call_sign": "A1"}]}]
    stage, told = stage_of(centre)

    await silent_call(stage)

    assert tuple(one.step for one in told) == STEPS
    assert {one.incident_id for one in told} == {"i0"}
    assert [one.units for one in told] == [(), ("P1",), (), (), (), ("A1",)]


async def test_a_unit_is_ordered_before_type_and_place_are_better_known() -> None:
    centre = Centre()
    centre.units = [unit("p1", 0)]
    stage, _ = stage_of(centre)
    centre.options = [{"units": [{"unit_id": "a1", "call_sign": "A1"}]}]

    await silent_call(stage)

    opening = dict(centre.posted)["/v1/reports"]
    assert opening.keys() == {"channel", "position", "position_method", "call"}
    assert opening["position"]["accuracy_m"] == CIRCLE_M
    assert centre.paths() == [
        "/v1/reports",
        "/v1/incidents/i0/dispatch",
        "/v1/reports/r/locations",
        "/v1/reports/r/amend",
        "/v1/reports/r/locations",
        "/v1/incidents/i0/dispatch",
        "/v1/reports/r/end",
    ]
    moves = [body for path, body in centre.posted if path.endswith("/locations")]
    assert moves[0]["position"]["accuracy_m"] < CIRCLE_M / 2
    assert moves[1]["position"]["accuracy_m"] < moves[0]["position"]["accuracy_m"] / 2


async def test_the_nearest_free_patrol_goes_ahead_and_another_where_none_is_free() -> None:
    centre = Centre()
    busy = unit("p1", 3, primary="not_available")
    centre.units = [unit("a1", 3, "ambulance"), unit("p9", 11), unit("p3", 4), busy]
    centre.options = [{"units": [{"unit_id": "a1", "call_sign": "A1"}]}]
    stage, told = stage_of(centre)
    await silent_call(stage)
    lon = dict(centre.posted)["/v1/reports"]["position"]["lon"]
    patrols = [(abs(KNOWN[11].lon - lon), "P9"), (abs(KNOWN[4].lon - lon), "P3")]

    assert told[1].units == (min(patrols)[1],)

    centre.units = [unit("a1", 3, "ambulance")]
    stage, told = stage_of(centre)
    await silent_call(stage)
    assert told[1].units == ("A1",)


async def test_when_nobody_is_free_the_scene_goes_on_and_says_that_nobody_went() -> None:
    centre = Centre()
    centre.units = [unit("p1", 0)]
    centre.taken = {"p1", "a1"}
    centre.options = [{"units": [{"unit_id": "a1", "call_sign": "A1"}]}]
    stage, told = stage_of(centre)

    await silent_call(stage)

    assert tuple(one.step for one in told) == STEPS
    assert all(one.units == () for one in told)
