"""Hazard zones over HTTP: what follows at once, who may, what is refused, what lifting restores."""

import math
from typing import Any

import httpx
import pytest

from beaconfire_contracts.facts.geo import (
    RoadsClosed,
    RoadsOpened,
    UnitWarned,
    ZoneChanged,
    ZoneDeclared,
    ZoneLifted,
)
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.grid import area, grid
from beaconfire_testkit.roads import grid_of_roads
from beaconfire_testkit.service import ServiceUnderTest, a_subject

NETWORK = grid_of_roads(6)
WEST = area("c1", "cell", "akl", (174.69, -36.91, 174.705, -36.88))
EAST = area("c2", "cell", "akl", (174.705, -36.91, 174.72, -36.88))
ZONES = "/v1/zones"
TOLD = {"kind": "hazmat", "severity": "severe", "name": "Tank at the corner"}


@pytest.fixture
async def map_in_force(keeper: httpx.AsyncClient) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    kind = {"content-type": "application/octet-stream"}
    answer = await keeper.put("/v1/roads/main", content=NETWORK.to_bytes(), headers=kind)
    assert answer.status_code == 200, answer.text


def circle(node: int = 7, radius_m: float = 100.0, **told: Any) -> dict[str, Any]:
    """A zone around a node of the grid of roads; node 7 is one up and one right of its corner."""
    at = NETWORK.point(node)
    return {**TOLD, "centre": {"lon": at.lon, "lat": at.lat}, "radius_m": radius_m, **told}


async def seconds(desk: httpx.AsyncClient) -> list[list[float | None]]:
    """From each node to each of the first twelve."""
    points = [{"lon": at.lon, "lat": at.lat} for at in map(NETWORK.point, range(12))]
    answer = await desk.post("/v1/travel-times", json={"sources": points, "targets": points})
    return answer.json()["seconds"]


async def report(geo: ServiceUnderTest, unit_id: str, node: int) -> None:
    """A unit tells where it is, and that is written."""
    at = NETWORK.point(node)
    fix = {"unit_id": unit_id, "lon": at.lon, "lat": at.lat, "observed_at": wall_now().isoformat()}
    async with geo.client(a_subject(Role.FIELD, unit_id=unit_id)) as crew:
        sent = await crew.post("/v1/positions", json={"fixes": [fix]})
    assert sent.status_code == 202, sent.text
    assert geo.service.close is not None
    await geo.service.close()


@pytest.mark.usefixtures("map_in_force")
async def test_a_zone_says_at_once_what_is_inside_and_roads_follow_until_it_is_lifted(
    geo: ServiceUnderTest, desk: httpx.AsyncClient
) -> None:
    before = await seconds(desk)

    declared = await desk.post(ZONES, json=circle(speed_share=0))
    during = await seconds(desk)
    zone = declared.json()["zone"]
    lifted = await desk.post(f"{ZONES}/{zone['id']}/lift", json={})
    after = await seconds(desk)

    assert declared.status_code == 201, declared.text
    inside = declared.json()["inside"]
    assert [one["code"] for one in inside["cells"]] == ["c1"]
    assert (inside["arcs"], inside["people"], inside["unit_ids"]) == (8, 0, [])
    assert (zone["state"], zone["path"], zone["radius_m"]) == ("in_force", "akl.c1", 100.0)
    assert (before[1][2], during[6][8]) == (20.0, 80.0)
    assert during != before
    assert after == before
    assert lifted.json()["zone"]["state"] == "lifted"
    [told], [closed] = await geo.told(ZoneDeclared), await geo.told(RoadsClosed)
    assert (told.zone_id, told.closes_roads, closed.zone_id) == (zone["id"], True, zone["id"])
    assert [one.closure_id for one in await geo.told(RoadsOpened)] == [closed.closure_id]
    assert [one.zone_id for one in await geo.told(ZoneLifted)] == [zone["id"]]


@pytest.mark.usefixtures("map_in_force")
async def test_a_unit_inside_is_named_and_warned_at_once_and_its_crew_can_read_it(
    geo: ServiceUnderTest, desk: httpx.AsyncClient
) -> None:
    inside, beside, far = new_id(), new_id(), new_id()
    for unit_id, node in ((inside, 7), (beside, 8), (far, 35)):
        await report(geo, unit_id, node)

    declared = await desk.post(ZONES, json=circle(stand_off_m=90.0))
    async with (
        geo.client(a_subject(Role.FIELD, unit_id=beside)) as crew,
        geo.client(a_subject(Role.FIELD, unit_id=far)) as others,
    ):
        mine, theirs = await crew.get("/v1/warnings"), await others.get("/v1/warnings")
        forbidden = await crew.post(ZONES, json=circle())
    all_of_them = (await desk.get("/v1/warnings")).json()["items"]
    await desk.post(f"{ZONES}/{declared.json()['zone']['id']}/lift", json={})

    assert sorted(declared.json()["inside"]["unit_ids"]) == sorted([inside, beside])
    assert {one.unit_id for one in await geo.told(UnitWarned)} == {inside, beside}
    assert [one["unit_id"] for one in mine.json()["items"]] == [beside]
    assert mine.json()["items"][0]["zone"]["name"] == TOLD["name"]
    assert theirs.json()["items"] == []
    assert {one["unit_id"] for one in all_of_them} == {inside, beside}
    assert forbidden.status_code == 403
    assert (await desk.get("/v1/warnings")).json()["items"] == []


@pytest.mark.usefixtures("map_in_force")
async def test_a_zone_is_changed_by_whoever_saw_its_newest_version(
    geo: ServiceUnderTest, desk: httpx.AsyncClient
) -> None:
    before = await seconds(desk)
    zone = (await desk.post(ZONES, json=circle(speed_share=0))).json()["zone"]
    where = f"{ZONES}/{zone['id']}"

    changed = await desk.put(where, json=circle(28, speed_share=0.5, version=1))
    stale = await desk.put(where, json=circle(7, version=1))
    whole = (await desk.get(where)).json()

    assert changed.status_code == 200, changed.text
    assert (stale.status_code, stale.json()["code"], stale.json()["version"]) == (
        409, "zone_moved", 2,
    )  # fmt: skip
    assert [one["version"] for one in whole["versions"]] == [1, 2]
    assert (await seconds(desk))[0] == before[0]
    assert [one.speed_share for one in await geo.told(ZoneChanged)] == [0.5]
    first, second = await geo.told(RoadsClosed)
    assert (first.speed_share, second.speed_share) == (0, 0.5)
    assert [one.closure_id for one in await geo.told(RoadsOpened)] == [first.closure_id]


def polygon(ring: list[Any]) -> dict[str, Any]:
    """A zone that is an area."""
    return {**TOLD, "area": {"type": "Polygon", "coordinates": [ring]}}


def _many(corners: int) -> list[list[float]]:
    ring = [
        [
            174.7 + 0.001 * math.cos(2 * math.pi * nth / corners),
            -36.9 + 0.001 * math.sin(2 * math.pi * nth / corners),
        ]
        for nth in range(corners)
    ]
    return [*ring, ring[0]]


BOW_TIE = [[174.7, -36.9], [174.71, -36.89], [174.71, -36.9], [174.7, -36.89], [174.7, -36.9]]
OVER = [[179.9, -36.9], [-179.9, -36.9], [-179.9, -36.8], [179.9, -36.8], [179.9, -36.9]]
SWAPPED = [[-36.9, 74.7], [-36.9, 74.71], [-36.89, 74.71], [-36.9, 74.7]]
OFF_THE_GLOBE = [[-36.9, 174.7], [-36.9, 174.71], [-36.89, 174.71], [-36.9, 174.7]]
NOWHERE = [[0, 0], [0, 0], [0, 0], [0, 0]]
FAR = [[10, 10], [10.1, 10], [10.1, 10.1], [10, 10]]
WIDE = [[170, -36], [172, -36], [172, -35], [170, -36]]


@pytest.mark.usefixtures("map_in_force")
@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (polygon(BOW_TIE), "bad_zone", "/area"),
        (polygon(_many(10_000)), "bad_zone", "/area"),  # 10,001 vertices
        (polygon(_many(1_000)), "bad_zone", "/area"),
        (polygon(OVER), "bad_zone", "/area"),
        (polygon(OFF_THE_GLOBE), "bad_zone", "/area"),
        (polygon(NOWHERE), "bad_zone", "/area"),
        (polygon(WIDE), "bad_zone", "/area"),
        (polygon([]), "bad_zone", "/area"),
        ({**TOLD, "area": {"type": "Polygon", "coordinates": []}}, "bad_zone", "/area"),
        (TOLD, "bad_zone", "/area"),
        ({**circle(), "area": polygon(_many(9))["area"]}, "bad_zone", "/area"),
        ({**TOLD, "centre": {"lon": 174.7, "lat": -36.9}}, "bad_zone", "/centre"),
        ({**circle(), "centre": {"lon": 179.9999, "lat": -36.9}}, "bad_zone", "/centre"),
        (polygon(FAR), "outside_grid", "/area"),
        ({**circle(), "centre": {"lon": 10.0, "lat": 10.0}}, "outside_grid", "/centre"),
        (circle(radius_m=0), "invalid", "/radius_m"),
        (circle(radius_m=1e-9), "invalid", "/radius_m"),
        (circle(radius_m=1e9), "invalid", "/radius_m"),
        (circle(stand_off_m=-1), "invalid", "/stand_off_m"),
        (circle(speed_share=0.01), "invalid", "/speed_share"),
        (circle(kind="dragon"), "invalid", "/kind"),
        (circle(ends_at="2020-01-01T00:00:00Z"), "bad_times", "/ends_at"),
    ],
)
async def test_what_is_no_zone_is_refused_with_a_reason_and_a_place_and_nothing_is_told(
    geo: ServiceUnderTest, desk: httpx.AsyncClient, body: dict[str, Any], code: str, pointer: str
) -> None:
    answer = await desk.post(ZONES, json=body)

    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, code), told
    named = [told.get("pointer") or "", *(one["pointer"] for one in told.get("errors", ()))]
    assert any(one.startswith(pointer) for one in named), told
    assert (await desk.get(ZONES)).json() == {"items": []}
    assert await geo.told(ZoneDeclared) == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
async def test_what_is_no_number_is_refused(desk: httpx.AsyncClient, number: str) -> None:
    centre = f'"centre":{{"lon":{number},"lat":1}}'
    text = f'{{"kind":"fire","severity":"minor","name":"x","radius_m":5,{centre}}}'

    answer = await desk.post(ZONES, content=text, headers={"content-type": "application/json"})

    assert answer.status_code in (400, 422), answer.text


async def test_axes_that_are_swapped_are_named(
    keeper: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    cell = area("c1", "cell", "akl", (74.69, -36.91, 74.72, -36.88))
    top = {**grid(cell), "features": [area("akl", "city", None, (74, -37, 76, -36)), cell]}
    await keeper.put("/v1/layers/grid", json=top)

    answer = await desk.post(ZONES, json=polygon(SWAPPED))

    assert (answer.status_code, answer.json()["code"]) == (422, "swapped_axes")


@pytest.mark.usefixtures("map_in_force")
async def test_a_zone_is_declared_and_lifted_by_whoever_is_trusted_with_its_division(
    geo: ServiceUnderTest,
) -> None:
    async with (
        geo.client(a_subject(Role.DISPATCHER, reach="akl.c1")) as ours,
        geo.client(a_subject(Role.DISPATCHER, reach="akl.c2")) as theirs,
        geo.client(a_subject(Role.CALL_TAKER)) as taker,
    ):
        wide = circle(radius_m=1_500.0)
        refused = [(await one.post(ZONES, json=wide)).status_code for one in (ours, theirs, taker)]
        declared = await ours.post(ZONES, json=circle(0))
        where = f"{ZONES}/{declared.json()['zone']['id']}"
        moved = await ours.put(where, json=circle(radius_m=1_500.0, version=1))
        stranger = await theirs.post(f"{where}/lift", json={})
        read = await taker.get(ZONES)
        first = await ours.post(f"{where}/lift", json={})
        again = await ours.post(f"{where}/lift", json={})

    assert refused == [403, 403, 403]
    assert declared.status_code == 201, declared.text
    assert (moved.status_code, stranger.status_code) == (403, 403)
    assert len(read.json()["items"]) == 1
    assert (first.status_code, again.status_code) == (200, 409)
    assert again.json()["code"] == "zone_over"


async def test_an_unknown_zone_is_not_there(desk: httpx.AsyncClient) -> None:
    unknown = f"{ZONES}/018f0000-0000-7000-8000-000000000000"

    answers = [
        await desk.get(unknown), await desk.post(f"{unknown}/lift", json={}),
        await desk.put(unknown, json=circle(version=1)),
    ]  # fmt: skip

    assert [one.status_code for one in answers] == [404, 404, 404]


@pytest.mark.usefixtures("map_in_force")
async def test_the_same_command_sent_again_declares_one_zone(desk: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": new_id()}

    first = await desk.post(ZONES, json=circle(), headers=key)
    again = await desk.post(ZONES, json=circle(), headers=key)

    assert again.json() == first.json()
    assert len((await desk.get(ZONES)).json()["items"]) == 1
