"""What tests of imports are made of: opening, sending, letting the service check."""

import asyncio
import copy
from collections.abc import Awaitable, Callable
from typing import Any, Final

import httpx

from beaconfire_testkit.grid import area
from beaconfire_testkit.service import ServiceUnderTest

CHECK_S_MAX: Final = 60.0
"""A process of its own starts within a second or two, and on a busy machine later."""
BOW: Final = copy.deepcopy(area("c3", "cell", "akl", (174.7, -36.9, 174.71, -36.89)))
_CHECKING: Final = "select exists (select from layer_import where state = 'checking')"
_RING: Final = BOW["geometry"]["coordinates"][0]
_RING[1], _RING[2] = _RING[2], _RING[1]


async def opened(client: httpx.AsyncClient, layer: str = "grid", **more: str) -> str:
    """A new import's id."""
    answer = await client.post("/v1/layer-imports", json={"layer": layer, "crs": "WGS84", **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def sent(client: httpx.AsyncClient, one: str, body: dict[str, Any] | bytes) -> httpx.Response:
    """Its map is sent."""
    path, media = f"/v1/layer-imports/{one}/map", {"Content-Type": "application/geo+json"}
    if isinstance(body, bytes):
        return await client.put(path, content=body, headers=media)
    plain = {key: value for key, value in body.items() if key != "crs"}
    return await client.put(path, json=plain, headers=media)


async def checked(geo: ServiceUnderTest, client: httpx.AsyncClient, one: str) -> dict[str, Any]:
    """What the import is once the service has checked it."""
    await all_checked(geo)
    return (await client.get(f"/v1/layer-imports/{one}")).json()


async def all_checked(geo: ServiceUnderTest) -> None:
    """The service's loops run until nothing is to be checked any more."""
    working = [asyncio.create_task(_run(loop)) for loop in geo.service.loops]
    try:
        async with asyncio.timeout(CHECK_S_MAX):
            while await geo.ground.database.pool.fetchval(_CHECKING):  # noqa: ASYNC110  (a table)
                await asyncio.sleep(0.05)
    finally:
        for one in working:
            one.cancel()
        await asyncio.gather(*working, return_exceptions=True)


async def _run(loop: Callable[[], Awaitable[None]]) -> None:
    await loop()
