"""Agency under test with an authority founded, and people who sign in as people do."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from beaconfire_agency.main import build, found
from beaconfire_agency.settings import AgencySettings
from beaconfire_platform.ground import Ground, Service
from beaconfire_testkit.service import SIGNING_KEY, ServiceUnderTest, running_service

PASSWORD: Final = "a lantern on the wall"
ORIGIN: Final = {"Origin": "http://test"}


@dataclass(slots=True)
class Centre:
    """A founded deployment: agency, its root body, its first administrator signed in."""

    under_test: ServiceUnderTest
    root: dict[str, Any]
    administrator: httpx.AsyncClient
    first_password: str

    def stranger(self) -> httpx.AsyncClient:
        """A browser that nobody signed in with."""
        client = self.under_test.client()
        client.headers.update(ORIGIN)
        return client

    async def signed_in(self, sign_in: str, password: str = PASSWORD) -> httpx.AsyncClient:
        """A browser in which somebody signed in."""
        client = self.stranger()
        answer = await client.post("/v1/session", json={"sign_in": sign_in, "password": password})
        assert answer.status_code == 201, answer.text
        client.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[0]
        return client

    async def body(self, code: str, division: str, **more: Any) -> dict[str, Any]:
        """A body of the root's territory."""
        asked = {
            "code": code,
            "kind": "centre",
            "level": "city",
            "name_zh": f"{code}中心",
            "name_en": f"Centre {code}",
            "territorial_parent": self.root["id"],
            "division": division,
            "zone": "Pacific/Auckland",
        }
        answer = await self.administrator.post("/v1/bodies", json=asked | more)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def person(
        self, sign_in: str, body: dict[str, Any], *roles: str, **more: Any
    ) -> dict[str, Any]:
        """Somebody with roles for a body, reaching its division."""
        grants = [{"role": one, "body": body["id"], "reach": body["division"]} for one in roles]
        asked = {
            "sign_in": sign_in,
            "name_zh": "张三",
            "name_en": "Zhang San",
            "body": body["id"],
            "grants": grants,
            "password": PASSWORD,
        }
        answer = await self.administrator.post("/v1/people", json=asked | more)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def seat(self, code: str, body: dict[str, Any], kind: str = "dispatching") -> Any:
        """A desk of a body."""
        asked = {"code": code, "kind": kind, "body": body["id"]}
        answer = await self.administrator.post("/v1/seats", json=asked)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


@pytest.fixture
async def agency(database: str, tmp_path: Path) -> AsyncGenerator[ServiceUnderTest]:
    key = tmp_path / "token.jwk"
    key.write_text(SIGNING_KEY)
    key.chmod(0o600)

    async def building(ground: Ground) -> Service:
        return await build(ground, AgencySettings(key_folder=tmp_path))

    async with running_service(database, "agency", building) as running:
        yield running


@pytest.fixture
async def centre(agency: ServiceUnderTest) -> Centre:
    founded = await found(agency.ground.database, code="root", division="root", zone="UTC")
    assert founded is not None
    centre = Centre(agency, {}, agency.client(), founded.password)
    centre.administrator = await centre.signed_in(founded.sign_in, founded.password)
    session = (await centre.administrator.get("/v1/session")).json()
    centre.root = session["body"]
    return centre
