"""Situation over a real database, and over a real port where sockets are opened."""

from collections.abc import AsyncGenerator

import pytest

from beaconfire_platform.ground import Ground, Service
from beaconfire_situation.main import build
from beaconfire_situation.settings import SituationSettings
from beaconfire_testkit.service import ServiceUnderTest, running_service


async def _build(ground: Ground) -> Service:
    return await build(ground, SituationSettings())


@pytest.fixture
async def situation(database: str) -> AsyncGenerator[ServiceUnderTest]:
    async with running_service(database, "situation", _build) as running:
        yield running
