"""Isochrones and coverage over HTTP, by whoever may ask."""

import httpx
import pytest
import shapely

from beaconfire_contracts.vocabulary import Role
from beaconfire_testkit.grid import EAST, WEST, grid
from beaconfire_testkit.roads import grid_of_roads
from beaconfire_testkit.service import ServiceUnderTest, a_subject

ROADS = grid_of_roads(12)
HERE = {"lon": 174.7, "lat": -36.9}


@pytest.fixture
async def city(keeper: httpx.AsyncClient) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    await keeper.put(
        "/v1/roads/main",
        content=ROADS.to_bytes(),
        headers={"content-type": "application/octet-stream"},
    )


@pytest.mark.usefixtures("city")
async def test_isochrones_come_as_geojson_that_holds_what_is_reached(
    desk: httpx.AsyncClient,
) -> None:
    answer = await desk.get("/v1/isochrones", params={**HERE, "seconds": [120, 60]})
    told = answer.json()

    assert answer.status_code == 200, answer.text
    assert (told["type"], told["method"], told["mode"]) == ("FeatureCollection", "road", "lights")
    one, two = told["features"]
    assert [f["properties"]["within_s"] for f in (one, two)] == [60, 120]
    assert two["properties"]["area_km2"] > one["properties"]["area_km2"]
    shape = shapely.geometry.shape(two["geometry"])
    east = [shapely.contains_xy(shape, ROADS.lon[node], ROADS.lat[node]) for node in range(12)]
    assert east == [True] * 7 + [False] * 5, "six blocks of 20 s"


@pytest.mark.usefixtures("city")
async def test_coverage_names_who_covers_and_what_nobody_does(desk: httpx.AsyncClient) -> None:
    stands = [
        {"name": "A1", "capabilities": ["als"], "lon": 174.704, "lat": -36.896},
        {"name": "A2", "lon": 174.706, "lat": -36.894},
    ]
    demand = [{"cell": "c1", "weight": 3.0}, {"cell": "c2", "weight": 1.0}]

    answer = await desk.post(
        "/v1/coverage", json={"stands": stands, "seconds": 120, "demand": demand}
    )
    told = answer.json()

    assert answer.status_code == 200, answer.text
    both, als = told["coverage"]
    assert (both["capability"], both["share"], als["capability"]) == ("*", 0.75, "als")
    (area,) = both["areas"]
    assert area == {
        "area": "akl", "weight": 4.0, "share": 0.75, "uncovered": ["c2"], "uncovered_count": 1,
    }  # fmt: skip
    assert sum(one["first_share"] for one in both["stands"]) == 0.75
    assert all(one["alone_share"] == 0 for one in both["stands"])
    assert [one["alone_share"] for one in als["stands"]] == [0.75]
    assert (told["within_s"], told["layer_version"] > 0) == (120, True)


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"seconds": [59]}, "/seconds/0"),
        ({"seconds": [3_601]}, "/seconds/0"),
        ({"seconds": [60, 120, 180, 240, 300, 360]}, "/seconds"),
        ({}, "/seconds"),
        ({"seconds": [60], "lat": 91}, "/lat"),
        ({"seconds": [60], "lon": "nan"}, "/lon"),
        ({"seconds": [60], "mode": "helicopter"}, "/mode"),
    ],
)
async def test_a_question_without_sense_is_refused_at_its_place(
    desk: httpx.AsyncClient, asked: dict[str, object], pointer: str
) -> None:
    params: dict[str, object] = {**HERE, **asked}

    answer = await desk.get("/v1/isochrones", params=httpx.QueryParams(params))  # pyright: ignore[reportArgumentType]  (bad on purpose)

    assert answer.status_code == 422
    assert pointer in answer.text


@pytest.mark.usefixtures("city")
async def test_a_cell_told_twice_is_refused(desk: httpx.AsyncClient) -> None:
    twice = [{"cell": "c1", "weight": 1.0}, {"cell": "c1", "weight": 2.0}]

    answer = await desk.post(
        "/v1/coverage",
        json={"stands": [{"name": "A1", **HERE}], "seconds": 120, "demand": twice},
    )

    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, "double_cell")
    assert told["pointer"] == "/demand/1/cell"


@pytest.mark.usefixtures("city")
async def test_crews_and_reporters_may_not_ask_about_the_whole_map(geo: ServiceUnderTest) -> None:
    body = {"stands": [{"name": "A1", **HERE}], "seconds": 120}
    may: dict[Role, tuple[int, int]] = {}

    for role in (Role.VIEWER, Role.CALL_TAKER, Role.FIELD, Role.GRID_WORKER, Role.REPORTER):
        async with geo.client(a_subject(role)) as client:
            reach = await client.get("/v1/isochrones", params={**HERE, "seconds": 60})
            cover = await client.post("/v1/coverage", json=body)
            may[role] = (reach.status_code, cover.status_code)
    async with geo.client() as nobody:
        refused = await nobody.get("/v1/isochrones", params={**HERE, "seconds": 60})

    assert may == {
        Role.VIEWER: (200, 200),
        Role.CALL_TAKER: (200, 200),
        Role.FIELD: (403, 403),
        Role.GRID_WORKER: (403, 403),
        Role.REPORTER: (403, 403),
    }
    assert refused.status_code == 401
