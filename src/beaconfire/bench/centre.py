"""The smallest centre that takes reports on a node of the bench's own, made through the API."""

import asyncio
import sys
from pathlib import Path
from typing import Any, Final

import httpx

from beaconfire.simulation.api import Api

SIGN_IN: Final = "bench"
CENTRE: Final[dict[str, Any]] = {
    "code": "bench", "kind": "centre", "level": "city", "name_zh": "测量", "name_en": "Bench",
    "professional_parent": None, "division": "akl", "zone": "Pacific/Auckland",
}  # fmt: skip


class NoToken(Exception):  # noqa: N818  (told to people as it is)
    """The node of the bench gave no token."""


async def centre_token(origin: str, folder: Path) -> str:
    """Make the centre and its dispatcher; the bearer token of that dispatcher."""
    async with httpx.AsyncClient(base_url=origin, timeout=20, trust_env=False) as http:
        api = Api(http, await token_of("admin", folder))
        root = (await api.get("/v1/bodies"))["items"][0]["id"]
        body = (await api.post("/v1/bodies", CENTRE | {"territorial_parent": root}))["id"]
        grant = {"role": "dispatcher", "body": body, "reach": CENTRE["division"]}
        person = {"sign_in": SIGN_IN, "name_zh": "测量", "name_en": "Bench"}
        await api.post("/v1/people", person | {"body": body, "grants": [grant]})
    return await token_of(SIGN_IN, folder)


async def token_of(sign_in: str, folder: Path) -> str:
    """A token taken out by hand, as an operator would."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "beaconfire", "users", "token", sign_in, "--data", str(folder),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, said = await process.communicate()
    if process.returncode:
        raise NoToken(said.decode(errors="replace"))
    return out.decode().strip()
