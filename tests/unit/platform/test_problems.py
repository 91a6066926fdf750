"""Refusals, misfits and bugs as problem documents that tell nothing they should not."""

import json
from collections.abc import AsyncGenerator

import asyncpg
import httpx
import pytest
from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict
from starlette.requests import ClientDisconnect

from beaconfire_contracts.refusals import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooMany,
    Unauthenticated,
    Unavailable,
    UnitTaken,
)
from beaconfire_platform.telemetry import configure_logging
from beaconfire_platform.web import problems
from beaconfire_platform.web.gate import Gate

RAISED: dict[str, Exception] = {
    "invalid": Invalid("no", pointer="/type"),
    "not-found": NotFound(),
    "conflict": Conflict(),
    "forbidden": Forbidden(),
    "who": Unauthenticated(),
    "many": TooMany(),
    "away": Unavailable(),
    "taken": UnitTaken(call_sign="A07"),
    "database-starts": asyncpg.CannotConnectNowError("the database system is starting up"),
    "database-gone": ConnectionRefusedError(),
    "bug": RuntimeError("the password is swordfish"),
}
STATUS = {
    "invalid": 422, "not-found": 404, "conflict": 409, "forbidden": 403, "who": 401, "many": 429,
    "away": 503, "taken": 409, "database-starts": 503,
    "database-gone": 503, "bug": 500,
}  # fmt: skip


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    values: list[int]


@pytest.fixture
async def client() -> AsyncGenerator[httpx.AsyncClient]:
    app = FastAPI()
    problems.install(app)

    @app.get("/raise/{name}")
    async def fail(name: str) -> None:
        raise RAISED[name]

    @app.post("/body")
    async def post(body: _Body) -> None:
        del body

    @app.put("/body")
    async def put(request: Request) -> None:
        await request.body()

    transport = httpx.ASGITransport(Gate(app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as made:
        yield made


@pytest.mark.parametrize("name", RAISED)
async def test_a_refusal_has_its_status_a_code_and_a_trace(
    client: httpx.AsyncClient, name: str
) -> None:
    answer = await client.get(f"/raise/{name}")
    told = answer.json()

    assert (answer.status_code, told["status"]) == (STATUS[name], STATUS[name])
    assert answer.headers["content-type"] == problems.MEDIA
    assert told["code"]
    assert told["trace_id"] == answer.headers["x-correlation-id"]


async def test_fields_pointers_and_retries_are_told(client: httpx.AsyncClient) -> None:
    assert (await client.get("/raise/invalid")).json()["pointer"] == "/type"
    assert (await client.get("/raise/taken")).json()["call_sign"] == "A07"
    assert (await client.get("/raise/away")).headers["retry-after"] == "1"
    assert (await client.get("/raise/who")).headers["www-authenticate"] == "Bearer"


async def test_a_bug_tells_nothing_of_itself(client: httpx.AsyncClient) -> None:
    answer = await client.get("/raise/bug")

    assert "swordfish" not in answer.text
    assert answer.json()["code"] == "internal_error"


async def test_every_misfit_has_its_place_and_there_is_an_end_to_them(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post("/body", json={"values": ["x"] * 50})
    told = answer.json()

    assert (answer.status_code, told["pointer"]) == (422, "/values/0")
    assert len(told["errors"]) == problems.ERRORS_TOLD_MAX


async def test_what_does_not_exist_is_a_problem_as_well(client: httpx.AsyncClient) -> None:
    assert (await client.get("/nowhere")).json()["code"] == "not_found"
    assert (await client.delete("/body")).json()["code"] == "method_not_allowed"


@pytest.mark.parametrize(("key", "pointer"), [("a/b~c", "/a~1b~0c"), ("k" * 5_000, "/" + "k" * 99)])
async def test_a_pointer_is_escaped_and_never_echoes_much(
    client: httpx.AsyncClient, key: str, pointer: str
) -> None:
    answer = await client.post("/body", json={"values": [], key: 1})

    assert answer.json()["pointer"] == pointer
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("name", ["bug", "database-starts"])
async def test_the_log_names_the_route_and_not_what_somebody_typed(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    configure_logging(level="debug")

    await client.get(f"/raise/{name}")

    told = capsys.readouterr().err
    assert "route=/raise/{name}" in told
    assert f"/raise/{name}" not in told


async def test_another_method_is_told_all_that_there_are(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/body")

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST, PUT")


async def test_whoever_hangs_up_half_way_is_no_bug_of_ours(
    client: httpx.AsyncClient,
) -> None:
    async def half() -> AsyncGenerator[bytes]:
        yield b"{"
        raise ClientDisconnect

    answer = await client.put("/body", content=half())

    assert (answer.status_code, answer.json()["code"]) == (400, "incomplete")


def test_what_a_refusal_says_of_itself_hides_no_member_of_the_document() -> None:
    answer = problems.problem(409, "conflict", "no", more={"status": "closed", "call_sign": "A07"})

    assert json.loads(bytes(answer.body)) == {
        "type": "about:blank", "title": "conflict", "status": 409, "code": "conflict",
        "detail": "no", "call_sign": "A07",
    }  # fmt: skip
