"""A service with nothing of its own on a migrated database: what every service is given."""

from collections.abc import AsyncGenerator

import pytest
from fastapi import APIRouter

from beaconfire_platform.ground import Ground, Service
from beaconfire_testkit.service import ServiceUnderTest, running_service


async def _build(_ground: Ground) -> Service:
    return Service("incident", APIRouter())


@pytest.fixture
async def running(database: str) -> AsyncGenerator[ServiceUnderTest]:
    async with running_service(database, "incident", _build) as made:
        yield made
