"""A browser and a demo city without people, started once for all tests here.

Every window that a test opens is held to two promises when the test ends: it complained of nothing,
and it asked nobody but its own origin.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from beaconfire_testkit.chromium import find_chromium
from beaconfire_testkit.laid_out import LaidOutCity
from beaconfire_testkit.node import NodeFolder

from .desk import WAIT_MS, City, Desk, Screens, Visit

STATIC: Final = Path(__file__).parents[2] / "src" / "beaconfire" / "static" / "console.html"
NO_OTHER_HOST: Final = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"
"""No name is resolved but our own: a page that needs the world would be seen to."""
Visitor = Callable[..., Visit]
Sitter = Callable[..., Desk]


@pytest.fixture(scope="package")
def browser() -> Generator[Browser]:
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:  # its loop runs meanwhile: no file but ours may need one
        found = find_chromium(Path(playwright.chromium.executable_path))
        if found is None or not STATIC.exists():
            assert "CI" not in os.environ, "no Chromium or no pages"
            pytest.skip("make setup-browser brings Chromium and builds the pages")
        opened = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--enable-unsafe-swiftshader", NO_OTHER_HOST],
        )
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def city(laid_out: LaidOutCity) -> Generator[City]:
    home = Path(tempfile.mkdtemp())
    home.chmod(0o755)
    folder = NodeFolder(home / "data")
    try:
        made = City(folder, laid_out)
        yield made
        made.close()
    finally:
        folder.close()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="package")
def screens(browser: Browser, city: City) -> Screens:
    return Screens(browser, city)


@pytest.fixture
def windows(city: City, screens: Screens) -> Generator[list[Visit]]:
    """The windows of one test: none may have complained, none may have asked a stranger."""
    opened: list[Visit] = []
    yield opened
    for one in opened:
        if isinstance(one, Desk):
            screens.leave(one)
        else:
            one.close()
    city.clear_away()
    assert [(one.complaints, one.foreign()) for one in opened] == [([], [])] * len(opened)


@pytest.fixture
def visit(browser: Browser, city: City, windows: list[Visit]) -> Visitor:
    def open_window(**wishes: Any) -> Visit:
        windows.append(Visit.of(browser, city.origin, **wishes))
        return windows[-1]

    return open_window


@pytest.fixture
def sit(screens: Screens, city: City, windows: list[Visit]) -> Sitter:
    def take_seat(
        name: str, *, language: str = "en", theme: str = "night", basemap: bool = False
    ) -> Desk:
        desk = screens.desk(basemap=basemap)
        windows.append(desk)
        return desk.sign_in(name, city, language=language, theme=theme)

    return take_seat
