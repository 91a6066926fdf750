"""Where a free unit was sent to stand by stands in the overview, in both languages."""

from typing import Any

import pytest
from playwright.sync_api import expect

from .conftest import Sitter
from .desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ASKS = """async ([path, method, body]) => {
    const answer = await fetch(path, {
        method,
        headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() },
        ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return await answer.json();
}"""


def asked(desk: Desk, path: str, method: str = "GET", body: Any = None) -> Any:
    """An answer of the node to this desk's own session."""
    return desk.page.evaluate(ASKS, [path, method, body])


def test_a_unit_that_is_sent_to_stand_by_is_shown_with_its_station(sit: Sitter) -> None:
    mine, theirs = sit("dana"), sit("lena", language="zh", theme="day")
    stations = asked(mine, "/v1/stations")["items"]
    units = asked(mine, "/v1/units?limit=200")["items"]
    unit = next(one for one in units if one["primary"] == "available")
    station = next(
        one for one in stations if one["body"] == unit["body"] and one["id"] != unit["station_id"]
    )

    sent = asked(mine, f"/v1/units/{unit['id']}/standby", "PUT", {"station_id": station["id"]})

    assert sent["state"] == "ordered", sent
    mine.page.keyboard.press("Escape")
    shown = mine.page.get_by_role("list", name="Standing by")
    expect(shown).to_contain_text(f"{unit['call_sign']} → {station['name_en']}")
    expect(theirs.page.get_by_role("list", name="备勤调整")).to_contain_text(
        f"{unit['call_sign']} → {station['name_zh']}"
    )
    assert mine.breaches() == []
    assert theirs.breaches() == []
