"""Who answers for a point, over HTTP: never nobody once there is a grid, and as it was then."""

from typing import Any

import httpx

from beaconfire_testkit.grid import EAST, WEST, area, grid

INSIDE = {"lon": 174.705, "lat": -36.895}
OUTSIDE = {"lon": 174.69, "lat": -36.895}
EDGE = {"lon": 174.71, "lat": -36.895}


async def ask(http: httpx.AsyncClient, **where: Any) -> dict[str, Any]:
    """The answer for a point."""
    answer = await http.get("/v1/responsibility", params=where)
    assert answer.status_code == 200, answer.text
    return answer.json()


def codes(areas: list[dict[str, Any]]) -> list[str]:
    """Codes of areas."""
    return [one["code"] for one in areas]


async def test_a_point_has_its_cell_and_all_above_it_and_on_an_edge_the_lowest_code(
    keeper: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    assert (await ask(desk, **INSIDE))["upward"] == []

    await keeper.put("/v1/layers/grid", json=grid(EAST, WEST))

    assert codes((await ask(desk, **INSIDE))["upward"]) == ["c1", "akl"]
    assert codes((await ask(desk, **EDGE))["upward"]) == ["c1", "akl"]
    outside = await ask(desk, **OUTSIDE)
    assert codes(outside["upward"]) == ["c1", "akl"]
    assert 880 < outside["outside_m"] < 900


async def test_each_agencys_response_area_is_told_as_it_was_in_force(
    keeper: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST))
    fire = area("f1", "response_area", None, (174.70, -36.90, 174.72, -36.89))
    medical = area("m1", "response_area", None, (174.69, -36.90, 174.71, -36.89))
    body = {"type": "FeatureCollection", "crs": "WGS84", "kind": "response_area"}

    first = await keeper.put("/v1/layers/response-areas", json=body | {"features": [fire]})
    await keeper.put("/v1/layers/response-areas", json=body | {"features": [fire, medical]})

    now = (await ask(desk, **INSIDE))["response_areas"]
    then = (await ask(desk, **INSIDE, at=first.json()["released_at"]))["response_areas"]
    beside = (await ask(desk, **OUTSIDE))["response_areas"]
    assert (codes(now), codes(then), codes(beside)) == (["f1", "m1"], ["f1"], ["m1"])


async def test_a_point_names_the_hazards_there_also_then_and_the_places_near(
    keeper: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST))
    school = {
        "type": "Feature",
        "properties": {
            "code": "s1", "level": "school", "name_zh": "小学", "name_en": "School", "people": 640,
        },
        "geometry": {"type": "Point", "coordinates": [174.705, -36.892]},
    }  # fmt: skip
    layer = {"type": "FeatureCollection", "crs": "WGS84", "kind": "key_place", "features": [school]}
    await keeper.put("/v1/layers/key-places", json=layer)
    zone = {
        "kind": "hazmat", "severity": "severe", "name": "Tank", "radius_m": 60.0,
        "centre": {"lon": 174.705, "lat": -36.896}, "stand_off_m": 60.0,
    }  # fmt: skip

    declared = (await desk.post("/v1/zones", json=zone)).json()["zone"]
    during = await ask(desk, **INSIDE)
    beside = await ask(desk, **EDGE)
    await desk.post(f"/v1/zones/{declared['id']}/lift", json={})
    after = await ask(desk, **INSIDE, near_m=100)
    then = await ask(desk, **INSIDE, at=declared["begun_at"])

    assert [one["id"] for one in during["hazards"]] == [declared["id"]]
    assert [(one["code"], one["people"]) for one in during["key_places"]] == [("s1", 640)]
    assert 330 < during["key_places"][0]["distance_m"] < 340
    assert (beside["hazards"], after["hazards"], after["key_places"]) == ([], [], [])
    assert [one["name"] for one in then["hazards"]] == ["Tank"]
