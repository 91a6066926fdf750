"""What is asked of others bears the caller's token, and away is told apart from not theirs."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from beaconfire_contracts.places import Point
from beaconfire_geo.adapters.others import INCIDENTS_TOLD_MAX, HttpOthers
from beaconfire_testkit.node import PATIENCE_S

POINT = Point(174.76, -36.85)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def _incident(nth: int, lon: float) -> dict[str, Any]:
    return {"id": str(nth), "place": {"point": {"lon": lon, "lat": POINT.lat}}}


def _answering(answers: dict[str, tuple[int, Any]], heard: list[httpx.Request]) -> HttpOthers:
    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        status, body = answers[request.url.path]
        return httpx.Response(status, json=body)

    transport = httpx.MockTransport(answer)
    return HttpOthers(httpx.AsyncClient(transport=transport, base_url="http://t", auth=("a", "b")))


async def test_names_are_those_that_the_caller_may_know_and_its_token_goes_along() -> None:
    on_duty = [{"part": "worker", "person_id": "p"}, {"part": "desk", "person_id": None}]
    heard: list[httpx.Request] = []
    people = {"items": [{"id": "p", "name_zh": "陈静", "name_en": "Jing Chen"}]}
    answers = {"/v1/duty": (200, {"responders": on_duty}), "/v1/people": (200, people)}

    told = await _answering(answers, heard).responders("a.b", ["a.k"], SINCE, "Bearer mine")
    answers["/v1/people"] = (403, {})
    unnamed = await _answering(answers, heard).responders("a.b", [], None, "Bearer mine")

    assert [one["name_en"] for one in told.items] == ["Jing Chen", None]
    assert [one["name_en"] for one in unnamed.items] == [None, None]
    assert {one.headers["authorization"] for one in heard} == {"Bearer mine"}
    assert dict(heard[0].url.params) == {
        "path": "a.b", "also_in": "a.k", "at": "2026-01-01T00:00:00+00:00",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "state"), [(401, "withheld"), (403, "withheld"), (404, "withheld"), (503, "away")]
)
async def test_what_is_not_the_callers_is_withheld_and_what_fails_is_away(
    status: int, state: str
) -> None:
    others = _answering({"/v1/duty": (status, {}), "/v1/incidents": (status, {})}, [])

    assert (await others.responders("a", [], None, "t")).state == state
    assert (await others.incidents(POINT, 500.0, SINCE, "t")).state == state


async def test_incidents_are_those_within_the_circle_the_newest_first_and_not_too_many() -> None:
    near = [_incident(nth, 174.7601) for nth in range(INCIDENTS_TOLD_MAX + 5)]
    found = [_incident(99, 174.77), {"id": "x", "place": {"point": None}}, *near]
    heard: list[httpx.Request] = []
    others = _answering({"/v1/incidents": (200, {"items": found})}, heard)

    told = await others.incidents(POINT, 500.0, SINCE, "t")

    assert [one["id"] for one in told.items] == [str(nth) for nth in range(INCIDENTS_TOLD_MAX)]
    assert 8 < told.items[0]["distance_m"] < 10
    west, south, east, north = map(float, heard[0].url.params["bbox"].split(","))
    assert west < 174.76 < east
    assert south < -36.85 < north


async def test_nobody_answering_is_away() -> None:
    others = HttpOthers(
        httpx.AsyncClient(base_url="http://127.0.0.1:9", trust_env=False, timeout=PATIENCE_S)
    )

    assert (await others.incidents(POINT, 500.0, SINCE, "t")).state == "away"
