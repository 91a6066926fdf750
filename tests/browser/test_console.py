"""The console in a real browser, against a real node: sign in, take a call, send, close."""

import re
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from beaconfire_testkit.node import NodeFolder

CHROMIUMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AXE: Final = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
STATIC: Final = Path(__file__).parents[2] / "src" / "beaconfire" / "static" / "console.html"
WAIT_MS: Final = 20_000
NOT_OURS: Final = ("GPU stall", "GroupMarkerNotSet", "WebGL")
"""What a browser without a graphics card says of itself."""
pytestmark = [pytest.mark.browser, pytest.mark.slow]


class Desk:
    """One person's browser at the console, and whatever it complained of."""

    def __init__(self, browser: Browser, origin: str, passwords: dict[str, str]) -> None:
        """A window of its own, in English, at night."""
        self.complaints: list[str] = []
        self._origin = origin
        self._passwords = passwords
        context = browser.new_context(viewport={"width": 1600, "height": 900})
        context.set_default_timeout(WAIT_MS)
        self.page: Page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        said = message.text
        if message.type in ("error", "warning") and not any(one in said for one in NOT_OURS):
            self.complaints.append(said)

    def sign_in(self, name: str, *, language: str = "en") -> None:
        """Sign in and work at the first free seat."""
        page = self.page
        page.goto(f"{self._origin}/console?lang={language}&theme=night")
        page.locator("input[autocomplete=username]").fill(name)
        page.locator("input[type=password]").fill(self._passwords[name])
        page.keyboard.press("Enter")
        page.locator("label.seat").first.wait_for()
        if not page.locator("label.seat.chosen").count():
            page.locator("label.seat:not(.taken)").first.click()
        page.locator("button.primary").click()
        expect(page.locator(".card").first).to_have_text(re.compile("Live|实时"), timeout=WAIT_MS)

    def command(self, line: str) -> str:
        """Type a line, run it, and read its verdict before it ran."""
        box = self.page.locator("#command")
        box.fill(line)
        verdict = self.page.locator("#verdict").inner_text()
        box.press("Enter")
        return verdict.replace("\n", " ")

    def breaches(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = self.page.evaluate(
            "async () => (await axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa',"
            " 'best-practice']})).violations"
        )
        return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    found = next((path for name in CHROMIUMS if (path := shutil.which(name))), None)
    if found is None or not STATIC.exists():
        pytest.skip("make setup-browser brings Chromium and builds the pages")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--enable-unsafe-swiftshader"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def city() -> Generator[tuple[str, dict[str, str]]]:
    """The demo city without its simulated people: its address and the desks' passwords."""
    home = Path(tempfile.mkdtemp())
    home.chmod(0o755)
    folder = NodeFolder(home / "data")
    try:
        node = folder.start("--demo", "auckland", "--no-people", "--speed", "1")
        node.until_ready()
        told = "\n".join(node.lines)
        node.listen()
        passwords = dict(re.findall(r"^\s+(\w+)\s+(\w{4}-\w{4}-\w{4}-\w{4})", told, re.MULTILINE))
        yield node.origin.replace("127.0.0.1", "localhost"), passwords
        node.stop()
    finally:
        folder.close()
        shutil.rmtree(home, ignore_errors=True)


def test_a_call_is_taken_units_are_sent_and_the_file_is_closed(
    browser: Browser, city: tuple[str, dict[str, str]]
) -> None:
    desk = Desk(browser, *city)
    page = desk.page
    desk.sign_in("dana")
    assert desk.breaches() == []

    verdict = desk.command("R fire.structure @174.7633,-36.8485 smoke from the third floor")
    assert "New report: Structure fire" in verdict
    number = page.locator("article .number").inner_text()
    first = page.locator("aside .first .units")
    first.wait_for()
    signs = first.inner_text().split(" + ")
    assert desk.breaches() == []

    desk.command(f"T {number}")
    expect(page.locator(".toasts")).to_contain_text("is at your seat")
    page.locator("aside .first .button.primary").click()
    expect(page.locator(".toasts")).to_contain_text(f"ordered to {number}")
    for sign in signs:
        for verb, word in (("AK", "Ack"), ("ER", "En route"), ("OS", "On scene"), ("CL", "Clear")):
            expect(page.locator("#command")).to_have_value("")
            desk.command(f"{verb} {sign}")
            expect(page.locator(".toasts")).to_contain_text(f"{sign}: {word}")
    expect(page.locator("article")).to_contain_text("No unit is on its way yet")

    assert "Close" in desk.command(f"C {number} resolved")
    expect(page.locator(".entry", has_text=number)).to_contain_text("Closed")
    assert desk.complaints == []


def test_what_one_desk_does_another_sees_at_once_in_its_own_language(
    browser: Browser, city: tuple[str, dict[str, str]]
) -> None:
    mine, theirs = Desk(browser, *city), Desk(browser, *city)
    mine.sign_in("ben")
    theirs.sign_in("lena", language="zh")

    mine.command("R medical.cardiac-arrest @174.78,-36.87 not breathing")
    number = mine.page.locator("article .number").inner_text()

    row = theirs.page.locator(".entry", has_text=number)
    expect(row).to_contain_text("心脏骤停")
    expect(theirs.page.locator(".alarm")).to_contain_text(f"{number} 新的 P1")
    theirs.page.keyboard.press("F8")
    expect(theirs.page.locator("article h2")).to_have_text("心脏骤停")
    expect(theirs.page.locator("header .alarm")).to_have_text("无告警")
    assert theirs.breaches() == []
    assert mine.complaints == theirs.complaints == []
