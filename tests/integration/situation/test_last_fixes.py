"""The last fixes are asked of geo page by page, and later when geo is away."""

import httpx
import pytest

from beaconfire_situation.adapters import last_fixes as module
from beaconfire_situation.adapters.last_fixes import last_fixes

ROW = {
    "unit_id": "u1", "lon": 174.7, "lat": -36.9, "observed_at": "2026-11-24T12:00:00+00:00",
    "heading_deg": 90.0,
}  # fmt: skip


async def test_all_pages_are_asked_for_after_a_first_refusal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "TRY_AGAIN_S", 0.01)
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params.get("cursor", ""))
        if len(asked) == 1:
            return httpx.Response(503)
        following = None if asked[-1] else "u1"
        return httpx.Response(200, json={"items": [ROW], "next": following})

    async with httpx.AsyncClient(
        transport=httpx.MockTransport(answer), base_url="http://geo"
    ) as http:
        fixes = await last_fixes(http)

    assert asked == ["", "", "u1"]
    assert [(one.unit_id, one.heading_deg) for one in fixes] == [("u1", 90.0)] * 2


async def test_who_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TRY_AGAIN_S", 0.0)
    async with httpx.AsyncClient(base_url="http://127.0.0.1:9", timeout=1) as http:
        assert await last_fixes(http) == []
