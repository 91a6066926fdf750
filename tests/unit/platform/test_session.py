"""The door exchanges what opens something, remembers it briefly, and refuses other sites' pages."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from beaconfire_contracts.facts.agency import AccessRevoked
from beaconfire_contracts.ids import PersonId
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.access.tokens import Revocations
from beaconfire_platform.web.gate import Gate
from beaconfire_platform.web.session import (
    COOKIE,
    REMEMBERED_MAX,
    REMEMBERED_S_MAX,
    Exchanged,
    RememberedExchange,
    SessionDoor,
)
from beaconfire_testkit.builders import NOON

OURS = "https://desk.example"
MINE = {"cookie": f"{COOKIE}=bfs_mine"}


class Desk:
    """Opens for the secrets it was given, and counts how often it was asked."""

    def __init__(self, *secrets: str) -> None:
        self.secrets = set(secrets)
        self.asked: list[str] = []

    async def exchange(self, secret: str) -> Exchanged | None:
        self.asked.append(secret)
        if secret not in self.secrets:
            return None
        return Exchanged(f"signed-{secret}", Subject("p1", (), session_id="s1", issued_at=NOON))


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    bearers = Request(scope).headers.getlist("authorization")
    await PlainTextResponse("|".join(bearers))(scope, receive, send)


async def _ask(desk: Desk, method: str, headers: dict[str, str]) -> httpx.Response:
    door = SessionDoor(_echo, desk, origins=("https://proxy.example",))
    transport = httpx.ASGITransport(app=door)
    async with httpx.AsyncClient(transport=transport, base_url=OURS) as client:
        return await client.request(method, "/v1/x", headers=headers)


async def test_a_cookie_is_exchanged_for_a_signed_bearer() -> None:
    assert (await _ask(Desk("bfs_mine"), "GET", MINE)).text == "Bearer signed-bfs_mine"


async def test_an_opaque_bearer_that_opens_nothing_goes_on_as_nobody() -> None:
    assert (await _ask(Desk(), "GET", {"authorization": "Bearer bfk_forged"})).text == ""


async def test_a_signed_bearer_passes_untouched_and_unasked() -> None:
    desk = Desk()
    assert (await _ask(desk, "POST", {"authorization": "Bearer e.y.z"})).text == "Bearer e.y.z"
    assert desk.asked == []


@pytest.mark.parametrize("headers", [MINE, {}])
async def test_a_request_is_counted_by_its_route_whatever_it_bears(headers: dict[str, str]) -> None:
    app = FastAPI()

    @app.get("/borne/{thing}")
    async def borne(thing: str) -> str:
        return thing

    labels = {"method": "GET", "route": "/borne/{thing}", "status": "2xx"}
    before = REGISTRY.get_sample_value("beaconfire_requests_total", labels) or 0.0
    gate = Gate(SessionDoor(app, Desk("bfs_mine")))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url=OURS) as client:
        await client.get("/borne/1", headers=headers)

    assert REGISTRY.get_sample_value("beaconfire_requests_total", labels) == before + 1


async def test_two_cookies_of_our_name_count_as_none() -> None:
    desk = Desk("bfs_mine")
    twice = {"cookie": f"{COOKIE}=bfs_mine; {COOKIE}=bfs_mine"}
    assert (await _ask(desk, "GET", twice)).text == ""
    assert desk.asked == []


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        ({}, 403),
        ({"origin": OURS}, 200),
        ({"origin": "https://proxy.example"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://desk.example"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
    ],
)
async def test_a_change_by_cookie_shows_that_the_page_was_ours(
    shown: dict[str, str], status: int
) -> None:
    desk = Desk("bfs_mine")
    answer = await _ask(desk, "POST", MINE | shown)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "cross_site"
        assert desk.asked == []


def _remembering(desk: Desk) -> tuple[RememberedExchange, Revocations, list[float]]:
    now, revocations = [0.0], Revocations()
    return RememberedExchange(desk, revocations, clock=lambda: now[0]), revocations, now


@given(st.floats(0, 2 * REMEMBERED_S_MAX))
async def test_an_answer_is_remembered_for_less_than_five_seconds(after_s: float) -> None:
    desk = Desk("a")
    remembered, _, now = _remembering(desk)
    await remembered.exchange("a")
    now[0] = after_s
    await remembered.exchange("a")
    assert len(desk.asked) == (1 if after_s < REMEMBERED_S_MAX else 2)


async def test_what_was_revoked_or_forgotten_is_asked_anew() -> None:
    desk = Desk("a")
    remembered, revocations, _ = _remembering(desk)
    await remembered.exchange("a")
    remembered.forget("somebody else")
    await remembered.exchange("a")
    assert len(desk.asked) == 1
    remembered.forget("p1")
    await remembered.exchange("a")
    assert len(desk.asked) == 2
    desk.secrets.clear()
    later = NOON + timedelta(seconds=1)
    revocations.revoke(AccessRevoked(PersonId("p1"), later, session_id="s1"))
    assert await remembered.exchange("a") is None


async def test_an_answer_overtaken_by_a_change_is_not_remembered() -> None:
    class Overtaken(Desk):
        async def exchange(self, secret: str) -> Exchanged | None:
            remembered.forget("p1")
            return await super().exchange(secret)

    desk = Overtaken("a")
    remembered, _, _ = _remembering(desk)
    await remembered.exchange("a")
    await remembered.exchange("a")
    assert len(desk.asked) == 2


async def test_the_oldest_answer_goes_when_there_are_too_many() -> None:
    secrets = [str(number) for number in range(REMEMBERED_MAX + 1)]
    desk = Desk(*secrets)
    remembered, _, _ = _remembering(desk)
    for one in [*secrets, secrets[1], secrets[0]]:
        await remembered.exchange(one)
    assert desk.asked[len(secrets) :] == [secrets[0]]
