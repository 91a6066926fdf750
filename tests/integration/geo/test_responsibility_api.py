"""Who answers for a point, over HTTP: never nobody once there is a grid, and as it was then."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx

from beaconfire_contracts.facts.agency import BodyRegistered
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import BodyKind, Role
from beaconfire_dispatch.main import build as build_dispatch
from beaconfire_dispatch.settings import DispatchSettings
from beaconfire_geo.main import build
from beaconfire_geo.settings import GeoSettings
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import CELL, City, a_city
from beaconfire_testkit.grid import EAST, WEST, area, grid
from beaconfire_testkit.postgres import PostgresServer
from beaconfire_testkit.rosters import a_line, roster_of
from beaconfire_testkit.service import ServiceUnderTest, a_subject, minted, running_service
from beaconfire_testkit.workers import a_worker_of

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


def _a_body(code: str, kind: BodyKind, division: str = "akl", **more: Any) -> BodyRegistered:
    told = {"body_id": BodyId(new_id()), "code": code, "kind": kind, "division": division}
    return replace(
        an_example_of(BodyRegistered), **told, **({"level": "city", "matters": ()} | more)
    )


def _codes_by_type(told: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {one["type"]: (one["code"], one["basis"]) for one in told["agencies"]}


async def test_each_matter_has_its_agency_by_rows_else_by_kind_and_never_none(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(EAST, WEST))
    assert (await ask(desk, **INSIDE))["agencies"] == []
    await geo.tell(
        _a_body("centre", BodyKind.CENTRE),
        _a_body("fire", BodyKind.FIRE),
        _a_body("police", BodyKind.POLICE, "akl.c2"),
        _a_body("gas", BodyKind.UTILITY, matters=("hazmat.gas-leak",)),
    )
    await geo.catch_up()
    rules = [
        {"type": "fire", "area": "akl.c1", "body": "police"},
        {"type": "fire", "area": "akl", "body": "centre"},
    ]

    by_default = _codes_by_type(await ask(desk, **INSIDE))
    await keeper.put("/v1/matters", json={"rules": rules})
    inside = _codes_by_type(await ask(desk, **INSIDE, type="fire.structure"))
    east = _codes_by_type(await ask(desk, lon=174.715, lat=-36.895, type="fire.structure"))
    outside = _codes_by_type(await ask(desk, lon=170.0, lat=-40.0))
    leak = _codes_by_type(await ask(desk, **INSIDE, type="hazmat.gas-leak"))

    assert by_default["fire"] == ("fire", "by_kind")
    assert by_default["police"] == ("centre", "above")
    assert inside == {"fire.structure": ("police", "assigned")}
    assert east == {"fire.structure": ("centre", "assigned")}
    assert leak == {"hazmat.gas-leak": ("gas", "own_matter")}
    assert len(outside) == len(by_default) == 10


async def test_responders_and_what_happened_are_asked_with_the_callers_own_right(
    database: str, postgres_server: PostgresServer
) -> None:
    """Dispatch beside geo, each of them real: whoever may not read rosters is told no name."""
    asked: list[tuple[str, str]] = []
    async with two_services(database, postgres_server, asked) as (geo, city):
        async with geo.client(a_subject(Role.ADMINISTRATOR)) as keeper:
            cells = area("d1", "district", "akl", (174.7, -36.9, 174.9, -36.8))
            cell = area("c1", "cell", "d1", (174.75, -36.86, 174.77, -36.84))
            await keeper.put("/v1/layers/grid", json=grid(cells, cell))
        worker = await a_worker_of(city, CELL)
        await roster_of(city, a_line("worker", worker))
        here = {"lon": AKL[0], "lat": AKL[1]}

        desk = await ask(geo.client(a_subject(Role.DISPATCHER, reach="akl")), **here)
        viewer = await ask(geo.client(a_subject(Role.VIEWER, reach="akl")), **here)
        stranger = await ask(geo.client(a_subject(Role.DISPATCHER, reach="wlg")), **here)

    [found] = desk["responders"]["items"]
    assert (desk["responders"]["state"], found["part"], found["area"]) == ("told", "worker", CELL)
    assert (found["person_id"], found["name_zh"]) == (worker, None)  # nobody is asked for names
    assert viewer["responders"] == stranger["responders"] == {"state": "withheld", "items": []}
    assert desk["previous"]["state"] == "away"  # no incident service stands there
    assert {path for path, _ in asked} >= {"/v1/duty", "/v1/people", "/v1/incidents"}
    assert len({token for _, token in asked}) == 4  # three callers, and dispatch for itself


@asynccontextmanager
async def two_services(
    database: str, server: PostgresServer, asked: list[tuple[str, str]]
) -> AsyncGenerator[tuple[ServiceUnderTest, City]]:
    """Geo and dispatch, each on a database of its own, each asking the other."""
    origin = _Origin(asked)
    name = f"dispatch_{new_id().replace('-', '')[-12:]}"
    dsn = await server.create(name)
    async with (
        running_service(database, "geo", _build, origin=origin.client()) as geo,
        running_service(dsn, "dispatch", _build_dispatch, origin=origin.client()) as dispatch,
    ):
        origin.to |= {"/v1/duty": dispatch.gated, "/v1/areas": geo.gated}
        yield geo, await a_city(dispatch)
    await server.drop(name)


class _Origin:
    """One origin before several services, as the gateway is: by the path; else nobody answers."""

    def __init__(self, asked: list[tuple[str, str]]) -> None:
        self._asked = asked
        self.to: dict[str, Any] = {}

    def client(self) -> httpx.AsyncClient:
        """A client of it with a service's own token, which another token takes the place of."""
        own = {"Authorization": f"Bearer {minted(a_subject(Role.SERVICE))}"}
        transport = httpx.ASGITransport(app=self)
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=own)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on."""
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self._asked.append((scope["path"], headers["authorization"]))
        if scope["path"] not in self.to:
            raise httpx.ConnectError("nobody answers")
        await self.to[scope["path"]](scope, receive, send)


async def _build(ground: Ground) -> Service:
    return await build(ground, GeoSettings())


async def _build_dispatch(ground: Ground) -> Service:
    return await build_dispatch(ground, DispatchSettings())
