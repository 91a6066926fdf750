"""A map sent to a node: opened, filled, looked at until it is checked, refused with its rows."""

from typing import Any

import httpx
import pytest

from beaconfire.commands import map_import
from beaconfire.commands.map_import import sent_and_checked
from beaconfire.simulation.api import Api, Refused

BODY: dict[str, Any] = {
    "type": "FeatureCollection", "crs": "WGS84", "kind": "cell", "features": [{"区": 1}],
}  # fmt: skip


def node(*told: dict[str, Any]) -> tuple[httpx.AsyncClient, list[httpx.Request]]:
    """A stand-in for the network's other end: an import that is told as so, one after the other."""
    asked: list[httpx.Request] = []
    states = iter(told)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if request.method == "GET":
            return httpx.Response(200, json={"id": "i1", "rows_read": 0, **next(states)})
        return httpx.Response(201, json={"id": "i1", "state": "open", "rows_read": 0})

    return httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://node"), asked


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_import, "ASK_EVERY_S", 0.0)


async def test_a_map_is_sent_once_and_looked_at_until_it_is_ready() -> None:
    http, asked = node({"state": "checking"}, {"state": "checking"}, {"state": "ready"})
    async with http:
        told = await sent_and_checked(Api(http, "token"), "grid", BODY)

    assert told["state"] == "ready"
    assert [one.method for one in asked] == ["POST", "PUT", "GET", "GET", "GET"]
    assert asked[1].url.path == "/v1/layer-imports/i1/map"
    assert asked[1].headers["content-type"] == "application/geo+json"
    assert "区".encode() in asked[1].content


@pytest.mark.parametrize(
    ("state", "problem", "code"),
    [
        ("refused", {"code": "bad_area", "detail": "no", "rows": []}, "bad_area"),
        ("lost", None, "import_lost"),
    ],
)
async def test_what_is_refused_or_lost_is_told_as_a_refusal(
    state: str, problem: dict[str, Any] | None, code: str
) -> None:
    http, _ = node({"state": state, "problem": problem})
    async with http:
        with pytest.raises(Refused) as refused:
            await sent_and_checked(Api(http, "token"), "grid", BODY)

    assert refused.value.code == code
