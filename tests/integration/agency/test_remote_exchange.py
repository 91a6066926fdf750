"""A service that runs apart asks agency what a secret is worth; agency tells its services alone."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from beaconfire_contracts.facts.agency import AccessRevoked
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.tokens import Minter, Verifier, new_signing_key
from beaconfire_platform.clock import wall_now
from beaconfire_platform.web.remote_exchange import PATH, IdentityAway, RemoteExchange
from beaconfire_platform.web.session import SECRET_CHARACTERS_MAX
from beaconfire_testkit.node import PATIENCE_S, free_port
from beaconfire_testkit.service import SIGNING_KEY, a_subject

AGENCYS = Minter(SIGNING_KEY)
ENDS = (wall_now() + timedelta(days=30)).isoformat()


@pytest.fixture
async def asking(centre: Any) -> AsyncGenerator[httpx.AsyncClient]:
    """A service's way to agency."""
    async with centre.under_test.client(a_subject(Role.SERVICE)) as client:
        yield client


@pytest.fixture
def remote(asking: httpx.AsyncClient) -> RemoteExchange:
    return RemoteExchange(asking, Verifier(AGENCYS.public_key))


def secret_of(browser: httpx.AsyncClient) -> str:
    return browser.headers["cookie"].partition("=")[2]


async def test_a_cookie_is_worth_a_token_that_the_service_verifies_by_itself(
    centre: Any, remote: RemoteExchange
) -> None:
    found = await remote.exchange(secret_of(centre.administrator))

    assert found is not None
    session = (await centre.administrator.get("/v1/session")).json()
    assert found.subject.id == session["person"]["id"]
    assert Verifier(AGENCYS.public_key).subject(found.token) == found.subject


@pytest.mark.parametrize("secret", ["x", "bfk_x", "' or 1=1 --", "\x00", "é" * 60])
async def test_what_was_never_issued_is_told_from_an_agency_that_is_away(
    asking: httpx.AsyncClient, remote: RemoteExchange, secret: str
) -> None:
    assert await remote.exchange(secret) is None

    told = await asking.post(PATH, json={"secret": secret})
    assert (told.status_code, told.json()["code"]) == (404, "secret_unknown")


async def test_a_token_that_was_withdrawn_is_worth_nothing(
    centre: Any, remote: RemoteExchange
) -> None:
    body = await centre.body("akl", "akl")
    mei = await centre.person("mei", body, "dispatcher")
    asked = {"person_id": mei["id"], "name": "A07", "expires_at": ENDS}
    issued = (await centre.administrator.post("/v1/tokens", json=asked)).json()
    before = await remote.exchange(issued["token"])

    await centre.administrator.delete(f"/v1/tokens/{issued['id']}")

    assert before is not None
    assert before.subject.id == mei["id"]
    assert await remote.exchange(issued["token"]) is None


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SERVICE])
async def test_nobody_but_a_service_may_ask(centre: Any, role: Role) -> None:
    body = {"secret": secret_of(centre.administrator)}
    async with centre.under_test.client(a_subject(role)) as client:
        refused = await client.post(PATH, json=body)

    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


async def test_not_even_the_administrator_asks_and_a_stranger_less(centre: Any) -> None:
    body = {"secret": secret_of(centre.administrator)}

    refused = await centre.administrator.post(PATH, json=body)
    stranger = await centre.stranger().post(PATH, json=body)

    assert (refused.status_code, stranger.status_code) == (403, 401)
    assert [set(one.json()) & {"token", "secret"} for one in (refused, stranger)] == [set(), set()]


@pytest.mark.parametrize(
    "body",
    [
        {"secret": "x" * (SECRET_CHARACTERS_MAX + 1)}, {"secret": ""}, {"secret": 7},
        {"secret": None}, {}, {"secret": "x", "more": 1}, [],
    ],
)  # fmt: skip
async def test_a_question_that_is_none_is_refused_without_repeating_the_secret(
    asking: httpx.AsyncClient, body: Any
) -> None:
    refused = await asking.post(PATH, json=body)

    assert refused.status_code == 422
    assert "xxxx" not in refused.text


async def test_who_was_revoked_here_is_not_let_in_by_an_agency_that_has_not_heard(
    centre: Any, asking: httpx.AsyncClient
) -> None:
    verifier = Verifier(AGENCYS.public_key)
    remote = RemoteExchange(asking, verifier)
    secret = secret_of(centre.administrator)
    known = await remote.exchange(secret)
    assert known is not None

    verifier.revocations.revoke(AccessRevoked(PersonId(known.subject.id), wall_now()))

    assert await remote.exchange(secret) is None


async def test_a_token_by_another_key_than_agencys_is_not_believed(
    centre: Any, asking: httpx.AsyncClient
) -> None:
    stranger = Verifier(Minter(new_signing_key()).public_key)

    assert await RemoteExchange(asking, stranger).exchange(secret_of(centre.administrator)) is None


ODD: list[Response] = [
    JSONResponse({"code": "not_found"}, 404),
    PlainTextResponse("no such path", 404),
    JSONResponse([], 404),
    JSONResponse({"code": "forbidden"}, 403),
    JSONResponse({"code": "unavailable"}, 503),
    PlainTextResponse("bad gateway", 502),
    PlainTextResponse("", 200),
    PlainTextResponse("{", 200),
    JSONResponse([], 200),
    JSONResponse({}, 200),
    JSONResponse({"token": None}, 200),
    JSONResponse({"token": 7}, 200),
    JSONResponse("token", 200),
]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: f"{odd.status_code} {odd.body.decode()}")
async def test_an_answer_that_is_not_agencys_says_nothing_about_the_secret(odd: Response) -> None:
    async def elsewhere(scope: Scope, receive: Receive, send: Send) -> None:
        assert Request(scope).url.path == PATH
        await odd(scope, receive, send)

    transport = httpx.ASGITransport(app=elsewhere)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        with pytest.raises(IdentityAway):
            await RemoteExchange(http, Verifier(AGENCYS.public_key)).exchange("secret")


async def test_an_agency_that_is_not_there_says_nothing_about_the_secret() -> None:
    origin = f"http://127.0.0.1:{free_port()}"
    async with httpx.AsyncClient(base_url=origin, trust_env=False, timeout=PATIENCE_S) as http:
        with pytest.raises(IdentityAway):
            await RemoteExchange(http, Verifier(AGENCYS.public_key)).exchange("secret")
