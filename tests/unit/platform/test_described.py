"""The OpenAPI document tells who may call, and each way in which they may be refused."""

import asyncio
import threading
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends

from beaconfire_platform.web.described import DescribedApp
from beaconfire_platform.web.fields import Strict
from beaconfire_platform.web.strict_json import StrictRoute
from beaconfire_testkit.node import PATIENCE_S


class _Body(Strict):
    name: str


def _door(name: str) -> Any:
    async def admit() -> None: ...

    admit.__name__ = name
    return Depends(admit)


@pytest.fixture
def document() -> dict[str, Any]:
    inner = APIRouter(route_class=StrictRoute)

    @inner.get("/open")
    async def read_open() -> None: ...

    @inner.get("/things")
    async def read(_call: Annotated[None, _door("needs:thing.read")]) -> None: ...

    @inner.post("/things")
    async def write(_call: Annotated[None, _door("needs:thing.write")], body: _Body) -> None:
        del body

    @inner.post("/public")
    async def public(_call: Annotated[None, _door("strangers:report")], body: _Body) -> None:
        del body

    outer = APIRouter()
    outer.include_router(inner)
    app = DescribedApp()
    app.include_router(outer)
    return app.openapi()


def test_whoever_must_sign_in_is_told_so_and_what_comes_without_it(
    document: dict[str, Any],
) -> None:
    read, public = document["paths"]["/things"]["get"], document["paths"]["/public"]["post"]

    assert read["security"] == [{"bearer": []}]
    assert {"401", "403", "404", "503"} <= read["responses"].keys()
    assert "413" not in read["responses"]
    assert "security" not in public
    assert {"413", "415", "422", "429"} <= public["responses"].keys()


def test_every_refusal_is_a_problem_document(document: dict[str, Any]) -> None:
    write = document["paths"]["/things"]["post"]

    for status, told in write["responses"].items():
        if status != "200":
            name = told["$ref"].rpartition("/")[2]
            content = document["components"]["responses"][name]["content"]
            assert list(content) == ["application/problem+json"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_whatever_changes_something_takes_a_key(document: dict[str, Any]) -> None:
    def keys(method: str) -> list[str]:
        told = document["paths"]["/things"][method].get("parameters", [])
        return [one["name"] for one in told]

    assert keys("post") == ["Idempotency-Key"]
    assert keys("get") == []


def test_what_anybody_may_ask_has_nothing_to_refuse(document: dict[str, Any]) -> None:
    assert document["paths"]["/open"]["get"]["responses"].keys() == {"200"}


async def test_the_document_is_made_once_and_served() -> None:
    app = DescribedApp()

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://test"
    ) as http:
        served = (await http.get("/openapi.json")).json()

    assert served == app.openapi()
    assert app.openapi() is app.openapi()


class _Slow(DescribedApp):
    """An application whose document is not made before somebody else was answered."""

    def __init__(self) -> None:
        self.begun, self.answered = threading.Event(), threading.Event()
        self.made: list[bool] = []
        super().__init__()
        self.router.route_class = StrictRoute

    def openapi(self) -> dict[str, Any]:
        self.begun.set()
        assert self.answered.wait(PATIENCE_S)
        strict = [one for one in self.routes if isinstance(one, StrictRoute)]
        self.made.append(all(vars(one)["_options"] is None for one in strict))
        return super().openapi()


async def test_while_the_document_is_made_others_are_answered_and_it_is_made_once() -> None:
    app = _Slow()

    @app.get("/x")
    async def read() -> None: ...

    @app.get("/y")
    async def other() -> None: ...

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://test"
    ) as http:
        documents = [asyncio.create_task(http.get("/openapi.json")) for _ in range(3)]
        await asyncio.to_thread(app.begun.wait)
        answer = await http.get("/x")
        app.answered.set()
        told = [(await one).json() for one in documents]

    assert answer.status_code == 200
    assert app.made == [True]  # and no thread looked a route through that a request may meet
    assert [set(one["paths"]) for one in told] == [{"/x", "/y"}] * 3
