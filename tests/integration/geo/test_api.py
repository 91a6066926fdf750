"""Geo over HTTP: layers released and looked up, incidents placed, positions taken in."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from beaconfire_contracts.facts.dispatch import UnitRegistered
from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.grid import EAST, WEST, area, grid
from beaconfire_testkit.service import ServiceUnderTest, a_subject


async def test_a_released_layer_answers_for_its_points(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    released = await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    found = await desk.get("/v1/cells", params={"lon": 174.705, "lat": -36.895})
    outside = await desk.get("/v1/cells", params={"lon": 174.69, "lat": -36.895})

    assert released.status_code == 200, released.text
    assert found.json()["cell"] == "c1"
    assert found.json()["path"] == "akl.c1"
    assert found.json()["name_zh"] == "c1区"
    assert outside.json()["cell"] is None
    assert outside.json()["nearest_cell"] == "c1"
    assert outside.json()["nearest_distance_m"] == pytest.approx(889, rel=0.01)
    assert [one.layer for one in await geo.told(LayerReleased)] == ["grid"]


async def test_a_point_on_a_shared_edge_belongs_to_the_lowest_code(
    keeper: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(EAST, WEST))

    found = await desk.get("/v1/cells", params={"lon": 174.71, "lat": -36.895})

    assert found.json()["cell"] == "c1"


async def test_the_same_map_again_is_no_new_version(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    first = await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    again = await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))

    assert again.json() == first.json()
    assert len(await geo.told(LayerReleased)) == 1


async def test_a_layer_reads_back_by_pages(keeper: httpx.AsyncClient) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))

    first = (await keeper.get("/v1/layers/grid", params={"level": "cell", "limit": 1})).json()
    second = (
        await keeper.get(
            "/v1/layers/grid", params={"level": "cell", "limit": 1, "cursor": first["next"]}
        )
    ).json()

    assert [one["code"] for one in first["items"] + second["items"]] == ["c1", "c2"]
    assert first["layer"]["areas"] == 3
    assert first["items"][0]["geometry"]["type"] == "Polygon"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (grid(WEST, WEST), "/features/2"),
        (grid(area("c1", "cell", "lost", (174, -37, 175, -36))), "/features/1/properties/parent"),
        (grid(area("c1", "cell", "akl", (31, 121, 32, 122))), "/features/1/geometry"),
        ({**grid(WEST), "crs": "the usual one"}, "/crs"),
        ({**grid(WEST), "crs": "GCJ-02"}, "/features/0/geometry"),
        ({**grid(WEST), "more": 1}, "/more"),
    ],
)
async def test_a_layer_that_cannot_be_is_refused_with_a_pointer(
    keeper: httpx.AsyncClient, body: dict[str, Any], pointer: str | None
) -> None:
    answer = await keeper.put("/v1/layers/grid", json=body)

    assert answer.status_code == 422
    assert answer.json().get("pointer") == pointer


async def test_a_dispatcher_releases_no_layer(desk: httpx.AsyncClient) -> None:
    answer = await desk.put("/v1/layers/grid", json=grid(WEST))

    assert answer.status_code == 403


async def test_a_map_is_released_by_whoever_is_trusted_with_its_top_and_by_nobody_else(
    geo: ServiceUnderTest,
) -> None:
    async with (
        geo.client(a_subject(Role.ADMINISTRATOR, reach="akl")) as ours,
        geo.client(a_subject(Role.ADMINISTRATOR, reach="wlg")) as theirs,
    ):
        refused = await theirs.put("/v1/layers/grid", json=grid(WEST))
        topless = await theirs.put("/v1/layers/grid", json={**grid(), "features": [WEST]})
        staged = await geo.ground.database.pool.fetchval("select count(*) from area")
        released = await ours.put("/v1/layers/grid", json=grid(WEST))

    assert (refused.status_code, topless.status_code, staged) == (403, 403, 0)
    assert released.status_code == 200, released.text


async def test_positions_move_markers_and_reach_the_database(
    geo: ServiceUnderTest, desk: httpx.AsyncClient
) -> None:
    unit = replace(an_example_of(UnitRegistered), unit_id=new_id(), division="akl")
    await geo.tell(unit)
    await geo.catch_up()
    crew = geo.client(a_subject(Role.FIELD, reach="akl", unit_id=unit.unit_id))
    now = wall_now()
    fixes = [
        {
            "unit_id": unit.unit_id,
            "lon": 174.7 + second / 1e4,
            "lat": -36.9,
            "observed_at": (now + timedelta(seconds=second)).isoformat(),
        }
        for second in (2, 0, 1)
    ]

    answer = await crew.post("/v1/positions", json={"fixes": fixes})
    assert geo.service.close is not None
    await geo.service.close()
    latest = (await desk.get("/v1/positions")).json()["items"]
    track = await desk.get(
        f"/v1/units/{unit.unit_id}/track",
        params={
            "from": (now - timedelta(seconds=1)).isoformat(),
            "to": (now + timedelta(seconds=9)).isoformat(),
        },
    )

    assert answer.status_code == 202
    assert answer.json() == {"received": 3, "moved": 1, "refused": 0, "rows": []}
    assert [one["lon"] for one in latest] == [174.7002]
    assert [one["lon"] for one in track.json()["items"]] == [174.7, 174.7001, 174.7002]


async def test_a_crew_moves_no_unit_but_its_own(geo: ServiceUnderTest) -> None:
    crew = geo.client(a_subject(Role.FIELD, unit_id=new_id()))
    fix = {"unit_id": new_id(), "lon": 174.7, "lat": -36.9, "observed_at": wall_now().isoformat()}

    answer = await crew.post("/v1/positions", json={"fixes": [fix]})

    assert answer.status_code in (403, 404)


@pytest.mark.parametrize(
    "wrong",
    [
        {"lon": 181.0}, {"lat": "x"}, {"lat": None}, {"observed_at": "2026-11-24T12:00:00"},
        {"observed_at": 5}, {"unit_id": "1"}, {"heading_deg": 360}, {"more": True},
        {"observed_at": "9999-12-31T23:59:59-14:00"},
    ],
)  # fmt: skip
async def test_a_fix_that_cannot_be_is_refused(geo: ServiceUnderTest, wrong: Any) -> None:
    unit_id = new_id()
    crew = geo.client(a_subject(Role.FIELD, unit_id=unit_id))
    fix = {"unit_id": unit_id, "lon": 174.7, "lat": -36.9, "observed_at": wall_now().isoformat()}

    answer = await crew.post("/v1/positions", json={"fixes": [fix | wrong]})

    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"
    assert answer.json()["pointer"].startswith("/fixes/0")
