"""Geo over a real database, with its keeper and a desk."""

from collections.abc import AsyncGenerator

import httpx
import pytest

from beaconfire_contracts.vocabulary import Role
from beaconfire_geo.main import build
from beaconfire_geo.settings import GeoSettings
from beaconfire_platform.ground import Ground, Service
from beaconfire_testkit.service import ServiceUnderTest, a_subject, running_service


async def _build(ground: Ground) -> Service:
    return await build(ground, GeoSettings())


@pytest.fixture
async def geo(database: str) -> AsyncGenerator[ServiceUnderTest]:
    async with running_service(database, "geo", _build) as running:
        yield running


@pytest.fixture
def keeper(geo: ServiceUnderTest) -> httpx.AsyncClient:
    return geo.client(a_subject(Role.ADMINISTRATOR))


@pytest.fixture
def desk(geo: ServiceUnderTest) -> httpx.AsyncClient:
    return geo.client(a_subject(Role.DISPATCHER))
