"""Two instances of geo on one database have one map, whichever of them was told of it."""

import asyncio
from dataclasses import replace

import httpx
from fastapi import FastAPI

from beaconfire_contracts.vocabulary import Role
from beaconfire_geo.main import build
from beaconfire_geo.settings import GeoSettings
from beaconfire_platform.web import problems
from beaconfire_testkit.grid import EAST, WEST, grid
from beaconfire_testkit.service import ServiceUnderTest, a_subject

HEARD_S_MAX = 20


async def test_a_layer_that_one_released_is_in_force_at_the_other(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    other = await build(geo.ground, GeoSettings())
    app = FastAPI()
    problems.install(app)
    app.include_router(other.router)
    desk = replace(geo, service=other, app=app).client(a_subject(Role.DISPATCHER))
    running = [asyncio.ensure_future(loop()) for loop in other.loops]
    try:
        released = await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
        async with asyncio.timeout(HEARD_S_MAX):
            at = {"lon": 174.705, "lat": -36.895}
            while (found := (await desk.get("/v1/cells", params=at)).json())["cell"] is None:  # noqa: ASYNC110  (asked over HTTP)
                await asyncio.sleep(0.05)
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    assert released.status_code == 200
    assert found["path"] == "akl.c1"
