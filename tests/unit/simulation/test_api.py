"""A command keeps its idempotency key through its retries, and gives up after a few."""

import asyncio
from collections.abc import Callable, Sequence

import httpx
import pytest

from beaconfire.simulation.api import TRIES_MAX, Api, Refused

Outcome = httpx.Response | httpx.TransportError


class Node:
    """A far end whose answers are given in order; it keeps what it was asked."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.asked: list[httpx.Request] = []
        self._outcomes = list(outcomes)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        outcome = self._outcomes.pop(0)
        if isinstance(outcome, httpx.TransportError):
            raise outcome
        return outcome

    def api(self) -> Api:
        http = httpx.AsyncClient(
            transport=httpx.MockTransport(self.answer), base_url="http://node.test"
        )
        return Api(http, "bf_token")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    sleep: Callable[[float], object] = asyncio.sleep
    monkeypatch.setattr("beaconfire.simulation.api.asyncio.sleep", lambda _s: sleep(0))


@pytest.mark.parametrize(
    "first", [httpx.Response(503), httpx.Response(429), httpx.ConnectError("away")]
)
async def test_a_command_is_sent_again_under_the_same_key(first: Outcome) -> None:
    node = Node([first, httpx.Response(201, json={"id": "x"})])

    assert await node.api().post("/v1/reports", {"a": 1}) == {"id": "x"}

    keys = [one.headers["Idempotency-Key"] for one in node.asked]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert node.asked[0].headers["Authorization"] == "Bearer bf_token"


async def test_two_commands_have_two_keys() -> None:
    node = Node([httpx.Response(204), httpx.Response(204)])
    api = node.api()

    assert await api.post("/v1/reports", {}) is None
    assert await api.put_bytes("/v1/roads/a", b"zip") is None

    assert len({one.headers["Idempotency-Key"] for one in node.asked}) == 2
    assert node.asked[1].headers["Content-Type"] == "application/octet-stream"


async def test_a_question_leaves_out_what_is_none_and_has_no_key() -> None:
    node = Node([httpx.Response(200, json={})])

    await node.api().get("/v1/seats", cursor=None, limit=5)

    assert str(node.asked[0].url) == "http://node.test/v1/seats?limit=5"
    assert "Idempotency-Key" not in node.asked[0].headers


async def test_a_refusal_is_not_tried_again_and_says_how() -> None:
    node = Node([httpx.Response(409, json={"code": "unit_taken", "detail": "It is taken."})])

    with pytest.raises(Refused) as refused:
        await node.api().post("/v1/x", {})

    assert (refused.value.status, refused.value.code) == (409, "unit_taken")
    assert len(node.asked) == 1


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b'"no"', b""])
async def test_a_refusal_in_another_shape_is_still_a_refusal(body: bytes) -> None:
    with pytest.raises(Refused, match="400 unknown"):
        await Node([httpx.Response(400, content=body)]).api().get("/v1/x")


async def test_a_node_that_stays_away_is_given_up() -> None:
    busy = Node([httpx.Response(503, json={})] * TRIES_MAX)
    with pytest.raises(Refused, match="503"):
        await busy.api().get("/v1/x")
    away = Node([httpx.ConnectError("away")] * TRIES_MAX)
    with pytest.raises(httpx.ConnectError):
        await away.api().get("/v1/x")
    assert len(busy.asked) == len(away.asked) == TRIES_MAX
