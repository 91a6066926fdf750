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
from beaconfire_platform.web.remote_exchange import IdentityAway
from beaconfire_platform.web.session import (
    COOKIE,
    REMEMBERED_MAX,
    REMEMBERED_S_MAX,
    TOKEN_S,
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


class MortalDesk(Desk):
    """A desk that is away at times."""

    is_away = False

    async def exchange(self, secret: str) -> Exchanged | None:
        found = await super().exchange(secret)
        if self.is_away:
            raise IdentityAway
        return found


async def test_whoever_was_known_goes_on_while_agency_is_away_until_their_token_ends() -> None:
    desk = MortalDesk("a")
    remembered, _, now = _remembering(desk)
    first = await remembered.exchange("a")
    desk.is_away = True

    for after_s in (REMEMBERED_S_MAX, TOKEN_S - 1):
        now[0] = after_s
        assert await remembered.exchange("a") is first
    now[0] = TOKEN_S
    with pytest.raises(IdentityAway):
        await remembered.exchange("a")
    with pytest.raises(IdentityAway):
        await remembered.exchange("never seen")
    assert len(desk.asked) == 5, "who is away is asked each time, and may be back"


async def test_what_was_revoked_or_forgotten_does_not_go_on_while_agency_is_away() -> None:
    for end in ("revoke", "forget"):
        desk = MortalDesk("a")
        remembered, revocations, now = _remembering(desk)
        await remembered.exchange("a")
        desk.is_away = True
        now[0] = REMEMBERED_S_MAX
        assert await remembered.exchange("a") is not None

        if end == "forget":
            remembered.forget("p1")
        else:
            revocations.revoke(AccessRevoked(PersonId("p1"), NOON, session_id="s1"))

        for _ in range(2):
            with pytest.raises(IdentityAway):
                await remembered.exchange("a")


async def test_a_secret_that_opens_nothing_any_more_is_not_believed_when_agency_goes_away() -> None:
    desk = MortalDesk("a")
    remembered, _, now = _remembering(desk)
    await remembered.exchange("a")
    desk.secrets.clear()
    now[0] = REMEMBERED_S_MAX
    assert await remembered.exchange("a") is None

    desk.is_away = True

    with pytest.raises(IdentityAway):
        await remembered.exchange("a")


async def test_the_door_says_503_while_nobody_can_say_who_it_is() -> None:
    desk = MortalDesk("mine")
    desk.is_away = True

    answer = await _ask(desk, "GET", MINE)

    assert (answer.status_code, answer.json()["code"]) == (503, "identity_away")
