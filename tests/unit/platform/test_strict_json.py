"""Strict JSON: one reading of a body, or a refusal."""

import json
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import FastAPIError
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from beaconfire_platform.web import problems
from beaconfire_platform.web.gate import Gate
from beaconfire_platform.web.strict_json import LARGE_BYTES, StrictRoute, Unreadable, decode

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(max_size=8)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_what_is_json_is_read_as_it_is(value: Any) -> None:
    assert decode(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":2}', b"NaN", b"[Infinity]", b"-Infinity", b"1e999", b"12345678901234567890",
        b'"\xff"', b'"\\ud800"', b"[" * 100_000, b"", b"{", b"{} {}", b"'a'", b"\xef\xbb\xbf{}",
        b'{"a":{"b":1,"b":1}}',
    ],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        decode(body)


class _Body(BaseModel):
    value: int


def an_application() -> httpx.AsyncClient:
    """One strict route."""
    app = FastAPI()
    problems.install(app)
    router = APIRouter(route_class=StrictRoute)

    @router.post("/x")
    async def post(body: _Body) -> dict[str, int]:
        return {"value": body.value}

    app.include_router(router)
    return httpx.AsyncClient(transport=httpx.ASGITransport(Gate(app)), base_url="http://test")


@pytest.mark.parametrize(
    ("body", "media", "status", "code"),
    [
        (b'{"value":1}', "application/json", 200, None),
        (b'{"value":1}', "application/json; charset=utf-8", 200, None),
        (b'{"value":1}', "text/plain", 415, "unsupported_media"),
        (b'{"value":1,"value":2}', "application/json", 400, "unreadable_json"),
        (b'{"value":"x"}', "application/json", 422, "invalid"),
    ],
)
async def test_a_route_decodes_before_it_looks(
    body: bytes, media: str, status: int, code: str | None
) -> None:
    async with an_application() as client:
        answer = await client.post("/x", content=body, headers={"content-type": media})

    assert answer.status_code == status
    assert answer.json().get("code") == code


async def test_a_large_body_is_decoded_as_strictly_as_a_small_one() -> None:
    head = {"content-type": "application/json"}
    padding = b" " * LARGE_BYTES
    async with an_application() as client:
        good = await client.post("/x", content=b'{"value":1}' + padding, headers=head)
        bad = await client.post("/x", content=b'{"value":NaN}' + padding, headers=head)

    assert (good.status_code, good.json()) == (200, {"value": 1})
    assert (bad.status_code, bad.json()["code"]) == (400, "unreadable_json")


async def test_an_endpoint_is_looked_through_when_it_is_first_asked_for_and_once() -> None:
    app = FastAPI()
    router = APIRouter(route_class=StrictRoute)

    @router.put("/x")
    async def put(body: _Body) -> _Body:
        return body

    @router.get("/y")
    async def get() -> None: ...

    app.router.routes.extend(router.routes)
    asked, other = router.routes
    found_by = {"path", "endpoint", "path_regex", "path_format", "param_convertors", "methods"}
    before = set(vars(asked))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Gate(app)), base_url="http://test"
    ) as client:
        answer = await client.put("/x", json={"value": 2})
        looked_through = asked.dependant  # type: ignore[attr-defined]  # of a route of FastAPI's
        again = await client.put("/x", json={"value": 3})

    assert before == found_by | {"name", "_options"}
    assert set(vars(other)) == before
    assert (answer.json(), again.json()) == ({"value": 2}, {"value": 3})
    assert asked.dependant is looked_through  # type: ignore[attr-defined]  # of FastAPI's
    assert app.openapi()["paths"].keys() == {"/x", "/y"}
    with pytest.raises(AttributeError, match="colour"):
        asked.colour  # type: ignore[attr-defined]  # noqa: B018  (there is none)


class _NoField:
    """What no request can be read as."""


def test_an_endpoint_that_cannot_be_says_why_each_time_it_is_asked_for() -> None:
    router = APIRouter(route_class=StrictRoute)

    @router.get("/x")
    async def get(what: _NoField) -> None:
        del what

    (route,) = router.routes
    for _ in range(2):
        with pytest.raises(FastAPIError, match="_NoField"):
            route.app  # type: ignore[attr-defined]  # noqa: B018  (what a request asks for)
