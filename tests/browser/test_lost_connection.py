"""The node goes away and comes back: the desk says so at once, and heals by itself."""

import re
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from .conftest import Sitter
from .desk import City

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BACK_MS_MAX: Final = 45_000
AWAY: Final = ("net::ERR_", "WebSocket connection", "503")
"""What the browser itself notes while nobody answers."""
ROWS: Final = """
() => [...document.querySelectorAll('.entry')].map((row) =>
  ['.number', '.kind', '.place', '.phase'].map(
    (part) => row.querySelector(part).textContent.trim()))
"""


def test_a_lost_node_is_told_with_a_running_time_and_comes_back_as_it_is(
    sit: Sitter, city: City
) -> None:
    desk = sit("dana")
    page = desk.page
    desk.command("R flood.street @174.905,-36.915 water over the kerb")
    number = page.locator("article .number").inner_text()
    banner = page.locator(".banner.lost")

    city.stop()
    expect(banner).to_contain_text("out of reach")
    first = _seconds(banner.inner_text())
    later_on = [f"00:{first + seconds:02}" for seconds in range(2, 20)]
    expect(banner).to_contain_text(re.compile("|".join(later_on)), timeout=20_000)
    expect(desk.row(number)).to_be_visible()
    assert desk.breaches() == []

    city.start_again()
    with city.client(city.credentials.callers) as caller:
        report = {"channel": "phone", "type": "utility.power", "address": "all of Howick"}
        later = caller.post("/v1/reports", json=report).raise_for_status().json()["number"]
    expect(banner).to_have_count(0, timeout=BACK_MS_MAX)
    expect(desk.row(later)).to_be_visible(timeout=BACK_MS_MAX)
    strange = [one for one in desk.complaints if not any(sign in one for sign in AWAY)]
    assert strange == []
    desk.complaints.clear()

    healed = page.evaluate(ROWS)
    page.reload()
    desk.until_live()
    expect(desk.row(later)).to_be_visible()
    _same(page, healed)


def _seconds(text: str) -> int:
    minutes, seconds = re.search(r"(\d+):(\d\d)", text).groups()  # type: ignore[union-attr]  # shown
    return int(minutes) * 60 + int(seconds)


def _same(page: Page, healed: list[list[str]]) -> None:
    """What healed is what a fresh visitor is shown, row by row."""
    assert page.evaluate(ROWS) == healed
