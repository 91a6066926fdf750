"""Coverage as shapes and hotspots over HTTP: what is drawn adds up, nonsense is refused."""

from typing import Any

import httpx
import pytest
import shapely

from beaconfire_contracts.vocabulary import Role
from beaconfire_testkit.grid import EAST, WEST, area, grid
from beaconfire_testkit.roads import grid_of_roads
from beaconfire_testkit.service import ServiceUnderTest, a_subject

ROADS = grid_of_roads(12)
NEAR_WEST = {"name": "A1", "capabilities": ["als"], "lon": 174.704, "lat": -36.896}
NEAR_EAST = {"name": "A2", "capabilities": [], "lon": 174.712, "lat": -36.896}


@pytest.fixture
async def city(keeper: httpx.AsyncClient) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    await keeper.put(
        "/v1/roads/main",
        content=ROADS.to_bytes(),
        headers={"content-type": "application/octet-stream"},
    )


async def drawn(desk: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await desk.post("/v1/coverage/map", json={"seconds": 600, **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.usefixtures("city")
async def test_each_piece_of_ground_is_whose_who_is_there_first(desk: httpx.AsyncClient) -> None:
    told = await drawn(desk, stands=[NEAR_WEST, NEAR_EAST])
    whole = shapely.union_all([shapely.geometry.shape(one["geometry"]) for one in told["features"]])
    grounds = [shapely.geometry.shape(one["geometry"]) for one in (WEST, EAST)]

    assert sum(one["properties"]["cells"] for one in told["features"]) == 2
    assert sum(one["properties"]["share"] for one in told["features"]) == pytest.approx(1.0)
    assert whole.symmetric_difference(shapely.union_all(grounds)).area < 1e-9
    assert (told["method"], told["layer_version"] > 0) == ("road", True)


@pytest.mark.usefixtures("city")
async def test_what_nobody_reaches_is_a_gap_and_so_is_all_where_nobody_is_able(
    desk: httpx.AsyncClient,
) -> None:
    short = await drawn(desk, stands=[NEAR_WEST], seconds=60)
    nobody = await drawn(desk, stands=[NEAR_EAST], capability="als")
    able = await drawn(desk, stands=[NEAR_WEST, NEAR_EAST], capability="als")
    none = await drawn(desk, stands=[])

    assert short["share"] < 1
    assert short["features"][-1]["properties"]["name"] is None
    for gap in (nobody, none):
        assert [one["properties"]["name"] for one in gap["features"]] == [None]
        assert gap["share"] == 0
    assert {one["properties"]["name"] for one in able["features"]} <= {"A1", None}
    assert able["share"] > 0


async def test_without_roads_nobody_comes_and_that_is_said(
    keeper: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))

    answer = await desk.post("/v1/coverage/map", json={"seconds": 600, "stands": [NEAR_WEST]})

    assert (answer.status_code, answer.json()["code"]) == (409, "no_roads")


@pytest.fixture
async def town(keeper: httpx.AsyncClient) -> None:
    """Twenty by twenty cells of some two hundred metres."""
    cells = [
        area(f"x{x:02}y{y:02}", "cell", "akl", (
            174.70 + 0.002 * x, -36.90 + 0.002 * y, 174.702 + 0.002 * x, -36.898 + 0.002 * y,
        ))
        for x in range(20) for y in range(20)
    ]  # fmt: skip
    answer = await keeper.put("/v1/layers/grid", json=grid(*cells))
    assert answer.status_code == 200, answer.text


@pytest.mark.usefixtures("town")
async def test_where_more_happened_close_together_is_hot_and_single_cases_are_not(
    desk: httpx.AsyncClient,
) -> None:
    spot = [{"cell": f"x0{x}y0{y}", "weight": 6.0} for x in (3, 4) for y in (3, 4)]
    alone = [{"cell": "x15y15", "weight": 1.0}, {"cell": "gone", "weight": 2.0}]

    answer = await desk.post("/v1/hotspots", json={"demand": spot + alone, "within_m": 300.0})
    told = answer.json()

    assert answer.status_code == 200, answer.text
    hot = [one["properties"]["cell"] for one in told["features"]]
    assert {"x03y03", "x03y04", "x04y03", "x04y04"} <= set(hot)
    assert not any(one.startswith("x1") for one in hot)
    assert (told["hot_count"], told["cell_count"], told["elsewhere"]) == (len(hot), 400, 2.0)
    scores = [one["properties"]["score"] for one in told["features"]]
    assert scores == sorted(scores, reverse=True)
    assert all(one["geometry"]["type"] == "Polygon" for one in told["features"])


@pytest.mark.usefixtures("town")
async def test_the_same_everywhere_is_hot_nowhere(desk: httpx.AsyncClient) -> None:
    everywhere = [{"cell": f"x{x:02}y{y:02}", "weight": 2.0} for x in range(20) for y in range(20)]

    answer = await desk.post("/v1/hotspots", json={"demand": everywhere})

    assert (answer.status_code, answer.json()["features"]) == (200, [])


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/v1/hotspots", {"demand": []}, "/demand"),
        ("/v1/hotspots", {"demand": [{"cell": "x00y00", "weight": -1.0}]}, "/demand/0/weight"),
        ("/v1/hotspots", {"demand": 2 * [{"cell": "c", "weight": 1.0}]}, "/demand/1/cell"),
        ("/v1/hotspots", {"demand": [{"cell": "c", "weight": 1.0}], "within_m": 1.0}, "/within_m"),
        ("/v1/coverage/map", {"stands": [], "seconds": 1}, "/seconds"),
        ("/v1/coverage/map", {"stands": 201 * [NEAR_WEST], "seconds": 60}, "/stands"),
        ("/v1/coverage/map", {"seconds": 60}, "/stands"),
    ],
)
async def test_a_question_without_sense_is_refused_at_its_place(
    desk: httpx.AsyncClient, path: str, body: dict[str, Any], pointer: str
) -> None:
    answer = await desk.post(path, json=body)

    assert answer.status_code == 422, answer.text
    assert answer.json()["pointer"] == pointer


@pytest.mark.usefixtures("city")
async def test_crews_and_reporters_may_not_ask(geo: ServiceUnderTest) -> None:
    may: dict[Role, tuple[int, int]] = {}

    for role in (Role.VIEWER, Role.FIELD, Role.REPORTER):
        async with geo.client(a_subject(role)) as client:
            cover = await client.post("/v1/coverage/map", json={"stands": [], "seconds": 60})
            hot = await client.post("/v1/hotspots", json={"demand": [{"cell": "c1", "weight": 1}]})
            may[role] = (cover.status_code, hot.status_code)

    assert may == {Role.VIEWER: (200, 200), Role.FIELD: (403, 403), Role.REPORTER: (403, 403)}
