"""Roads over HTTP: released as bytes, answering with times and routes."""

import httpx

from beaconfire_contracts.facts.geo import RoadsReleased
from beaconfire_contracts.vocabulary import Role
from beaconfire_testkit.grid import EAST, WEST, grid
from beaconfire_testkit.roads import grid_of_roads
from beaconfire_testkit.service import ServiceUnderTest, a_subject


async def test_released_roads_answer_with_times_and_routes(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    network = grid_of_roads(6)
    ends = [network.point(0), network.point(35)]
    source, target = ({"lon": one.lon, "lat": one.lat} for one in ends)

    before = await desk.post("/v1/travel-times", json={"sources": [source], "targets": [target]})
    released = await keeper.put(
        "/v1/roads/main",
        content=network.to_bytes(),
        headers={"content-type": "application/octet-stream"},
    )
    after = await desk.post("/v1/travel-times", json={"sources": [source], "targets": [target]})
    route = await desk.post("/v1/routes", json={"source": source, "target": target})
    artefact = await desk.get(f"/v1/artefacts/{released.json()['sha256']}")

    assert before.json()["method"] == "straight_line"
    assert released.status_code == 200, released.text
    assert after.json() == {"seconds": [[200.0]], "method": "road"}
    assert route.json()["travel_time_s"] == 200.0
    assert len(route.json()["times_s"]) == len(route.json()["geometry"]["coordinates"])
    assert artefact.content == network.to_bytes()
    assert [one.nodes for one in await geo.told(RoadsReleased)] == [36]


async def test_roads_are_released_by_whoever_is_trusted_with_the_grid(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    graph = grid_of_roads(6).to_bytes()
    kind = {"content-type": "application/octet-stream"}
    async with (
        geo.client(a_subject(Role.ADMINISTRATOR, reach="akl")) as ours,
        geo.client(a_subject(Role.ADMINISTRATOR, reach="wlg")) as theirs,
    ):
        refused = await theirs.put("/v1/roads/main", content=graph, headers=kind)
        released = await ours.put("/v1/roads/main", content=graph, headers=kind)

    assert refused.status_code == 403
    assert released.status_code == 200, released.text


async def test_what_is_no_graph_is_refused(
    keeper: httpx.AsyncClient,
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST))

    rubbish = await keeper.put(
        "/v1/roads/main", content=b"rubbish", headers={"content-type": "application/octet-stream"}
    )
    text = await keeper.put("/v1/roads/main", json={})

    assert (rubbish.status_code, rubbish.json()["code"]) == (422, "bad_roads")
    assert text.status_code == 415
