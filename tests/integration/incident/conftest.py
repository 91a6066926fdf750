"""A centre over incident's real routes and a real database."""

from collections.abc import AsyncGenerator

import pytest

from beaconfire_incident.main import build
from beaconfire_incident.settings import IncidentSettings
from beaconfire_platform.ground import Ground, Service
from beaconfire_testkit.centre import Centre, a_centre
from beaconfire_testkit.service import running_service


async def _build(ground: Ground) -> Service:
    return await build(ground, IncidentSettings())


@pytest.fixture
async def centre(database: str) -> AsyncGenerator[Centre]:
    async with running_service(database, "incident", _build) as running:
        yield await a_centre(running)
