"""Matters over HTTP: looked at, assigned whole or not at all, by version, told as a fact."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from beaconfire_contracts.facts.agency import BodyRegistered
from beaconfire_contracts.facts.geo import MattersAssigned
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import BodyKind, Role
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.grid import EAST, WEST, grid
from beaconfire_testkit.service import ServiceUnderTest, a_subject

FIRE = {"type": "fire", "area": "akl", "body": "fire"}
POLICE = {"type": "police", "area": "akl.c1", "body": "police"}


@pytest.fixture
async def told(geo: ServiceUnderTest, keeper: httpx.AsyncClient) -> ServiceUnderTest:
    await keeper.put("/v1/layers/grid", json=grid(EAST, WEST))
    for code, kind in (("fire", BodyKind.FIRE), ("police", BodyKind.POLICE)):
        body = replace(
            an_example_of(BodyRegistered), body_id=BodyId(new_id()), code=code, kind=kind,
            division="akl",
        )  # fmt: skip
        await geo.tell(body)
    await geo.catch_up()
    return geo


async def _get(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await client.get("/v1/matters", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_rows_are_looked_at_then_assigned_and_the_past_is_kept(
    told: ServiceUnderTest, keeper: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    looked = await keeper.post("/v1/matters/preview", json={"rules": [FIRE]})
    nothing = await _get(desk)
    first = await keeper.put("/v1/matters", json={"rules": [FIRE], "replaces": 0})
    again = await keeper.put("/v1/matters", json={"rules": [FIRE]})
    [fact] = await told.told(MattersAssigned)
    stale = await keeper.put("/v1/matters", json={"rules": [POLICE], "replaces": 0})
    second = await keeper.put("/v1/matters", json={"rules": [POLICE, FIRE], "replaces": 1})
    change = await keeper.post("/v1/matters/preview", json={"rules": [POLICE]})

    assert looked.json() == {"version": 0, "added": [FIRE], "removed": [], "unchanged": 0}
    assert (nothing["version"], nothing["rules"], len(nothing["defaults"])) == (0, [], 10)
    assert (first.json()["version"], again.json()["version"]) == (1, 1)
    assert (fact.version, fact.rules) == (1, 1)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert second.json()["rules"] == [POLICE, FIRE]
    assert change.json() == {"version": 2, "added": [], "removed": [FIRE], "unchanged": 1}
    then = await _get(desk, at=fact.assigned_at.isoformat())
    assert (then["version"], then["rules"]) == (1, [FIRE])


async def test_a_wrong_row_keeps_all_out_and_each_is_named(
    told: ServiceUnderTest, keeper: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    rules = [FIRE, FIRE | {"area": "akl.c9"}, POLICE | {"body": "navy"}]

    for answer in (
        await keeper.post("/v1/matters/preview", json={"rules": rules}),
        await keeper.put("/v1/matters", json={"rules": rules}),
    ):
        assert answer.status_code == 422
        assert [(one["code"], one["pointer"]) for one in answer.json()["rows"]] == [
            ("unknown_place", "/rules/1/area"), ("unknown_body", "/rules/2/body"),
        ]  # fmt: skip
    assert (await _get(desk))["version"] == 0
    assert await told.told(MattersAssigned) == []


async def test_who_is_not_trusted_with_the_whole_place_assigns_nothing(
    told: ServiceUnderTest, desk: httpx.AsyncClient
) -> None:
    district = told.client(a_subject(Role.ADMINISTRATOR, reach="akl.c1"))
    viewer = told.client(a_subject(Role.VIEWER))

    assert (await desk.put("/v1/matters", json={"rules": []})).status_code == 403
    answer = await district.put("/v1/matters", json={"rules": [POLICE]})
    assert answer.status_code in (403, 404)
    assert (await viewer.get("/v1/matters")).status_code == 403
