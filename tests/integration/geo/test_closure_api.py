"""Closing roads over HTTP: what follows at once, who may, what is refused, what lifting does."""

from typing import Any

import httpx
import pytest

from beaconfire_contracts.facts.geo import RoadsClosed, RoadsOpened
from beaconfire_contracts.vocabulary import Role
from beaconfire_testkit.grid import area, grid
from beaconfire_testkit.roads import SPACING_DEG, grid_of_roads
from beaconfire_testkit.service import ServiceUnderTest, a_subject

NETWORK = grid_of_roads(6)
WEST = area("c1", "cell", "akl", (174.69, -36.91, 174.705, -36.88))
EAST = area("c2", "cell", "akl", (174.705, -36.91, 174.72, -36.88))
CLOSURES = "/v1/closures"


@pytest.fixture
async def roads(keeper: httpx.AsyncClient) -> str:
    """A grid and a graph in force; the graph's hash."""
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    kind = {"content-type": "application/octet-stream"}
    answer = await keeper.put("/v1/roads/main", content=NETWORK.to_bytes(), headers=kind)
    assert answer.status_code == 200, answer.text
    return answer.json()["sha256"]


def _point(node: int, east: float = 0.0) -> dict[str, float]:
    at = NETWORK.point(node)
    return {"lon": at.lon + east * SPACING_DEG, "lat": at.lat}


def _area(node: int, half: float = 0.25) -> dict[str, Any]:
    at, by = NETWORK.point(node), half * SPACING_DEG
    corners = [(-by, -by), (by, -by), (by, by), (-by, by), (-by, -by)]
    ring = [[at.lon + east, at.lat + north] for east, north in corners]
    return {"type": "Polygon", "coordinates": [ring]}


async def _seconds(desk: httpx.AsyncClient, source: int, target: int) -> float | None:
    asked = {"sources": [_point(source)], "targets": [_point(target)]}
    return (await desk.post("/v1/travel-times", json=asked)).json()["seconds"][0][0]


async def test_times_and_routes_follow_a_closed_road_at_once_and_are_as_before_when_it_is_lifted(
    roads: str, geo: ServiceUnderTest, desk: httpx.AsyncClient
) -> None:
    ends = {"source": _point(0), "target": _point(2)}
    before = (await desk.post("/v1/routes", json=ends)).json()

    closed = await desk.post(CLOSURES, json={"points": [_point(0, 0.5)], "reason": "crash"})
    around = (await desk.post("/v1/routes", json=ends)).json()
    listed = (await desk.get(CLOSURES)).json()["items"]
    view = (await desk.get("/v1/roads")).json()
    lifted = await desk.post(f"{CLOSURES}/{closed.json()['id']}/lift", json={})
    after = (await desk.post("/v1/routes", json=ends)).json()

    assert closed.status_code == 201, closed.text
    assert (before["travel_time_s"], around["travel_time_s"]) == (40.0, 80.0)
    assert [one["id"] for one in listed] == [closed.json()["id"]]
    assert (view["sha256"], view["closures"], view["arcs_closed"]) == (roads, 1, 2)
    assert lifted.json()["opened_at"]
    assert after == before
    assert (await desk.get("/v1/roads")).json()["arcs_closed"] == 0
    assert (await desk.get(CLOSURES)).json() == {"items": []}
    [told] = await geo.told(RoadsClosed)
    assert len(told.stretches) == 2
    assert [one.closure_id for one in await geo.told(RoadsOpened)] == [told.closure_id]


async def test_in_an_area_roads_are_slowed_to_a_share_of_their_speed(
    roads: str, desk: httpx.AsyncClient
) -> None:
    asked = {"area": _area(7, half=5), "speed_share": 0.25, "reason": "flood", "note": "knee deep"}

    slowed = await desk.post(CLOSURES, json=asked)

    assert slowed.status_code == 201, slowed.text
    assert (slowed.json()["arcs"], slowed.json()["note"]) == (NETWORK.arc_count, "knee deep")
    assert await _seconds(desk, 0, 1) == 80.0
    assert (await desk.get("/v1/roads")).json()["arcs_slowed"] == NETWORK.arc_count


async def test_arcs_are_closed_by_number_only_in_the_graph_that_they_are_numbered_in(
    roads: str, desk: httpx.AsyncClient
) -> None:
    arcs = [0]  # from the first node to the second

    old = {"numbered": {"roads_sha256": "0" * 64, "arcs": arcs}, "reason": "works"}
    none = {"numbered": {"roads_sha256": roads, "arcs": [999]}, "reason": "works"}
    new = {"numbered": {"roads_sha256": roads, "arcs": arcs}, "reason": "works"}
    refused = [await desk.post(CLOSURES, json=one) for one in (old, none)]
    closed = await desk.post(CLOSURES, json=new)

    assert [(one.status_code, one.json()["code"]) for one in refused] == [
        (409, "other_roads"), (422, "nothing_closed"),
    ]  # fmt: skip
    assert closed.json()["arcs"] == 1
    assert (await _seconds(desk, 0, 1), await _seconds(desk, 1, 0)) == (60.0, 20.0)


async def test_a_closure_stays_when_another_graph_is_released(
    roads: str, keeper: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    await desk.post(CLOSURES, json={"points": [_point(0, 0.5)], "reason": "crash"})
    larger = grid_of_roads(7)

    kind = {"content-type": "application/octet-stream"}
    await keeper.put("/v1/roads/main", content=larger.to_bytes(), headers=kind)

    assert await _seconds(desk, 0, 1) == 60.0
    assert (await desk.get("/v1/roads")).json()["arcs_closed"] == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reason": "fire"}, "no_roads_named"),
        ({"points": [], "reason": "fire"}, "no_roads_named"),
        ({"points": [{"lon": 0.0, "lat": 0.0}], "reason": "fire"}, "nothing_closed"),
        ({"area": _area(7), "speed_share": 0.01, "reason": "fire"}, "invalid"),
        ({"area": _area(7), "speed_share": 1, "reason": "fire"}, "invalid"),
        ({"area": _area(7), "reason": "because"}, "invalid"),
        (
            {
                "area": {
                    "type": "Polygon",
                    "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]],
                },
                "reason": "fire",
            },
            "bad_closure",
        ),
    ],
)
async def test_what_closes_nothing_is_refused_and_nothing_is_told(
    roads: str, geo: ServiceUnderTest, desk: httpx.AsyncClient, body: dict[str, Any], code: str
) -> None:
    answer = await desk.post(CLOSURES, json=body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await geo.told(RoadsClosed) == []


async def test_a_closure_is_lifted_once_and_an_unknown_one_never(
    roads: str, desk: httpx.AsyncClient
) -> None:
    closed = (await desk.post(CLOSURES, json={"area": _area(7), "reason": "fire"})).json()

    first = await desk.post(f"{CLOSURES}/{closed['id']}/lift", json={})
    again = await desk.post(f"{CLOSURES}/{closed['id']}/lift", json={})
    unknown = await desk.post(f"{CLOSURES}/018f0000-0000-7000-8000-000000000000/lift", json={})

    assert first.status_code == 200, first.text
    assert (again.status_code, again.json()["code"]) == (409, "closure_lifted")
    assert unknown.status_code == 404


async def test_roads_are_closed_by_whoever_is_trusted_with_every_division_they_lie_in(
    roads: str, geo: ServiceUnderTest
) -> None:
    inside = {"area": _area(7), "reason": "police"}  # within c1
    around = [[174, -37.5], [177, -37.5], [174.704, -36.8905], [174, -37.5]]  # one corner in c1
    across = {"area": {"type": "Polygon", "coordinates": [around]}, "reason": "police"}
    async with (
        geo.client(a_subject(Role.DISPATCHER, reach="akl.c1")) as ours,
        geo.client(a_subject(Role.DISPATCHER, reach="akl.c2")) as theirs,
        geo.client(a_subject(Role.CALL_TAKER)) as taker,
    ):
        answers = [
            (await ours.post(CLOSURES, json=across)).status_code,
            (await theirs.post(CLOSURES, json=inside)).status_code,
            (await taker.post(CLOSURES, json=inside)).status_code,
        ]
        closed = await ours.post(CLOSURES, json=inside)
        lift = f"{CLOSURES}/{closed.json()['id']}/lift"
        stranger = await theirs.post(lift, json={})
        read = await taker.get(CLOSURES)

    assert answers == [403, 403, 403]
    assert closed.status_code == 201, closed.text
    assert stranger.status_code == 403
    assert len(read.json()["items"]) == 1


async def test_before_the_first_graph_there_is_nothing_to_close(
    keeper: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))

    refused = await desk.post(CLOSURES, json={"area": _area(7), "reason": "fire"})
    view = (await desk.get("/v1/roads")).json()

    assert (refused.status_code, refused.json()["code"]) == (409, "no_roads")
    assert (view["method"], view["sha256"], view["arcs"]) == ("straight_line", None, 0)


async def test_closed_and_slowed_roads_are_told_as_lines_each_once(
    roads: str, desk: httpx.AsyncClient
) -> None:
    before = (await desk.get(f"{CLOSURES}/roads")).json()
    await desk.post(CLOSURES, json={"points": [_point(0, 0.5)], "reason": "crash"})
    slowed = {"area": _area(7, half=5), "speed_share": 0.25, "reason": "flood"}
    await desk.post(CLOSURES, json=slowed)

    told = (await desk.get(f"{CLOSURES}/roads")).json()

    assert roads
    assert before == {"type": "FeatureCollection", "features": [], "roads": 0, "closures": 0}
    shares = [one["properties"]["speed_share"] for one in told["features"]]
    assert (told["closures"], told["roads"]) == (2, NETWORK.arc_count // 2)
    assert sorted(set(shares)) == [0, 0.25]
    assert shares.count(0) == 1
    [closed] = [one for one in told["features"] if one["properties"]["speed_share"] == 0]
    ends = [[_point(node)["lon"], _point(node)["lat"]] for node in (0, 1)]
    assert closed["geometry"] == {"type": "LineString", "coordinates": ends}
