"""The picture and tickets over HTTP: only what one may see."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx

from beaconfire_contracts.facts.incident import IncidentOpened
from beaconfire_contracts.ids import BodyId, IncidentId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.service import ServiceUnderTest, a_subject, served


def opened(division: str) -> IncidentOpened:
    example = an_example_of(IncidentOpened)
    owner = replace(example.owner, body=BodyId(new_id()))
    return replace(example, incident_id=IncidentId(new_id()), division=division, owner=owner)


async def until_pos(client: httpx.AsyncClient, pos: str) -> dict[str, Any]:
    """The picture, once the feed has come to this number."""
    for _ in range(200):
        told = (await client.get("/v1/picture")).json()
        if told["pos"] == pos:
            return told
        await asyncio.sleep(0.05)
    raise AssertionError(f"the feed never came to {pos}")


async def test_everybody_gets_their_part_of_the_picture(situation: ServiceUnderTest) -> None:
    north, south = opened("akl.north"), opened("akl.south")
    await situation.tell(north, south)

    async with (
        served(situation),
        situation.client(a_subject(Role.DISPATCHER, reach="akl.north")) as client,
    ):
        now = await until_pos(client, "2")
        then = (await client.get("/v1/picture", params={"at": wall_now().isoformat()})).json()
        before = await client.get("/v1/picture", params={"at": "2020-01-01T00:00:00Z"})

    assert [one["id"] for one in now["records"]] == [north.incident_id]
    assert then["records"] == now["records"]
    assert before.json()["records"] == []


async def test_a_stranger_and_a_crew_get_neither_picture_nor_ticket(
    situation: ServiceUnderTest,
) -> None:
    async with situation.client() as stranger, situation.client(a_subject(Role.FIELD)) as crew:
        assert (await stranger.get("/v1/picture")).status_code == 401
        assert (await crew.get("/v1/picture")).status_code == 403
        assert (await crew.post("/v1/feed/ticket", json={})).status_code == 403


async def test_a_ticket_is_shown_once(situation: ServiceUnderTest) -> None:
    async with situation.client(a_subject(Role.VIEWER)) as viewer:
        key = {"Idempotency-Key": new_id()}
        first = await viewer.post("/v1/feed/ticket", json={}, headers=key)
        again = await viewer.post("/v1/feed/ticket", json={}, headers=key)

    assert first.json()["ticket"]
    assert "ticket" not in again.json() or again.json()["ticket"] is None
