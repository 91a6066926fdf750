"""A service asks the others as itself, with a token that has not ended."""

from datetime import timedelta

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access import service_token
from beaconfire_platform.access.allow import ACTIONS, may_ever
from beaconfire_platform.access.service_token import RENEW_AFTER, ServiceToken
from beaconfire_platform.access.tokens import LEEWAY_S, LIFE, Minter, Verifier, new_signing_key
from beaconfire_platform.clock import wall_now

MINTER = Minter(new_signing_key(), name="geo")
READING = {"read", "exchange", "compute"}
"""What an action that changes nothing ends with."""


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    bearer = Request(scope).headers.getlist("authorization")
    await PlainTextResponse("|".join(bearer))(scope, receive, send)


def _asking(auth: ServiceToken) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=_echo)
    return httpx.AsyncClient(transport=transport, base_url="http://test", auth=auth)


async def test_each_request_bears_a_token_that_says_which_service_asks() -> None:
    async with _asking(ServiceToken("geo", MINTER)) as client:
        first = (await client.get("/", headers={"Authorization": "Bearer other"})).text
        second = (await client.post("/", json={})).text

    scheme, _, token = first.partition(" ")
    assert (scheme, second) == ("Bearer", first)
    found = Verifier(lambda _: MINTER.public_key).subject(token)
    assert (found.id, found.roles()) == ("service:geo", frozenset({Role.SERVICE}))


async def test_it_is_renewed_before_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [wall_now()]
    monkeypatch.setattr(service_token, "wall_now", lambda: now[0])
    tokens: list[str] = []
    async with _asking(ServiceToken("geo", MINTER)) as client:
        for passed in (timedelta(0), RENEW_AFTER - timedelta(seconds=1), timedelta(seconds=1)):
            now[0] += passed
            tokens.append((await client.get("/")).text)

    assert tokens[0] == tokens[1] != tokens[2]
    assert RENEW_AFTER + timedelta(seconds=2 * LEEWAY_S) < LIFE


async def test_it_may_read_and_change_nothing() -> None:
    async with _asking(ServiceToken("geo", MINTER)) as client:
        token = (await client.get("/")).text.partition(" ")[2]
    subject = Verifier(lambda _: MINTER.public_key).subject(token)

    may = {action for action in ACTIONS if may_ever(subject, action)}

    assert "session.exchange" in may
    assert {action.rpartition(".")[2] for action in may} <= READING
