"""Each service has its own role, schema and package, and closes in the opposite order."""

import httpx
from fastapi import APIRouter

from beaconfire.node.composition import BUILDERS, Composition, schemas
from beaconfire_platform.ground import Service
from beaconfire_platform.process.logins import role_of
from beaconfire_testkit.node import PATIENCE_S


def test_each_service_has_a_role_of_its_own() -> None:
    roles = {role_of(name) for name in BUILDERS}

    assert len(roles) == len(BUILDERS) == len(schemas())


async def test_what_was_built_last_is_closed_first() -> None:
    closed: list[str] = []

    def service(name: str) -> Service:
        async def close() -> None:
            closed.append(name)

        return Service(name=name, router=APIRouter(), close=close)

    client = httpx.AsyncClient(timeout=PATIENCE_S)
    composition = Composition([service("first"), service("second")], clients=[client])
    await composition.close()

    assert closed == ["second", "first"]
    assert client.is_closed
