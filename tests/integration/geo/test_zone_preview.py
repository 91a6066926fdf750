"""A zone looked at before it is declared: the same that declaring says, and nothing follows."""

from typing import Any

import httpx
import pytest

from beaconfire_contracts.facts.geo import RoadsClosed, UnitWarned, ZoneDeclared
from beaconfire_contracts.vocabulary import Role
from beaconfire_testkit.grid import area, grid
from beaconfire_testkit.roads import grid_of_roads
from beaconfire_testkit.service import ServiceUnderTest, a_subject

NETWORK = grid_of_roads(6)
PREVIEW = "/v1/zone-preview"


@pytest.fixture
async def map_in_force(keeper: httpx.AsyncClient) -> None:
    west = area("c1", "cell", "akl", (174.69, -36.91, 174.705, -36.88))
    east = area("c2", "cell", "akl", (174.705, -36.91, 174.72, -36.88))
    await keeper.put("/v1/layers/grid", json=grid(west, east))
    kind = {"content-type": "application/octet-stream"}
    await keeper.put("/v1/roads/main", content=NETWORK.to_bytes(), headers=kind)


def circle(node: int = 7, radius_m: float = 100.0, **told: Any) -> dict[str, Any]:
    at = NETWORK.point(node)
    return {
        "kind": "hazmat", "severity": "severe", "name": "Tank", "speed_share": 0,
        "centre": {"lon": at.lon, "lat": at.lat}, "radius_m": radius_m, **told,
    }  # fmt: skip


@pytest.mark.usefixtures("map_in_force")
async def test_it_says_what_declaring_would_say_and_nothing_is_declared(
    geo: ServiceUnderTest, desk: httpx.AsyncClient
) -> None:
    looked_at = await desk.post(PREVIEW, json=circle())
    before = (await desk.get("/v1/zones")).json()
    facts = [await geo.told(kind) for kind in (ZoneDeclared, RoadsClosed, UnitWarned)]
    declared = await desk.post("/v1/zones", json=circle())

    assert looked_at.status_code == 200, looked_at.text
    assert looked_at.json()["inside"] == declared.json()["inside"]
    assert looked_at.json()["zone"]["state"] == "planned"
    assert (before, facts) == ({"items": []}, [[], [], []])


@pytest.mark.usefixtures("map_in_force")
async def test_it_is_shown_to_whoever_may_declare_it_there(geo: ServiceUnderTest) -> None:
    async with (
        geo.client(a_subject(Role.DISPATCHER, reach="akl.c2")) as theirs,
        geo.client(a_subject(Role.CALL_TAKER)) as taker,
    ):
        refused = [(await one.post(PREVIEW, json=circle())).status_code for one in (theirs, taker)]

    assert refused == [403, 403]


@pytest.mark.usefixtures("map_in_force")
@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"radius_m": None}, "bad_zone"),
        ({"radius_m": -1.0}, "invalid"),
        ({"ends_at": "2020-01-01T00:00:00Z"}, "bad_times"),
    ],
)
async def test_what_is_no_zone_is_refused_as_when_it_is_declared(
    desk: httpx.AsyncClient, told: dict[str, Any], code: str
) -> None:
    looked_at = await desk.post(PREVIEW, json=circle() | told)
    declared = await desk.post("/v1/zones", json=circle() | told)

    assert (looked_at.status_code, looked_at.json()["code"]) == (422, code)
    assert (declared.status_code, declared.json()["code"]) == (422, code)
