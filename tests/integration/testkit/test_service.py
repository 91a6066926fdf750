"""A service under test is reached like a real one: gate, tokens, consumers, a port."""

from collections.abc import AsyncGenerator
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter

from beaconfire_contracts.facts.incident import IncidentHandled
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.web.edge import Call
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.node import PATIENCE_S
from beaconfire_testkit.service import ServiceUnderTest, a_subject, running_service, served


async def _build(ground: Ground) -> Service:
    router = APIRouter()

    @router.get("/v1/who")
    async def who(call: Annotated[Call, ground.edge.needs("cell.read")]) -> dict[str, str]:
        return {"id": call.subject.id}

    return Service("geo", router)


@pytest.fixture
async def running(database: str) -> AsyncGenerator[ServiceUnderTest]:
    async with running_service(database, "geo", _build) as made:
        yield made


async def test_a_client_is_who_its_token_says(running: ServiceUnderTest) -> None:
    ana = a_subject(Role.VIEWER, person_id="ana")
    async with running.client(ana) as client, running.client() as stranger:
        assert (await client.get("/v1/who")).json() == {"id": "ana"}
        assert (await stranger.get("/v1/who")).status_code == 401


async def test_what_a_service_told_is_read_back(running: ServiceUnderTest) -> None:
    fact = an_example_of(IncidentHandled)
    await running.tell(fact)

    assert await running.told(IncidentHandled) == [fact]


async def test_it_can_be_reached_through_a_port(running: ServiceUnderTest) -> None:
    async with (
        served(running) as host,
        httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client,
    ):
        assert (await client.get(f"http://{host}/v1/who")).status_code == 401
