"""The pages are served from the package: never stale pages, for ever kept assets, no way out."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from beaconfire.node.app import with_pages
from beaconfire.node.pages import IMMUTABLE, PAGES
from beaconfire_platform.process.app import application


@pytest.fixture
def static(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "assets" / "app-1a2b.js").write_text("export {}")
    (folder / "console.html").write_text("<title>Console</title>")
    (folder / "missing.html").write_text("<title>No such page</title>")
    (tmp_path / "secret").write_text("key")
    return folder


def asking(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://node.test")


async def test_a_page_is_asked_for_anew_each_time(static: Path) -> None:
    async with asking(with_pages(application([], []), static)) as http:
        page = await http.get("/console")
        door = await http.get("/")

    assert "Console" in page.text
    assert page.headers["cache-control"] == "no-cache"
    assert door.headers["location"] == "/console"


async def test_the_script_that_keeps_a_page_is_one_and_never_stale(static: Path) -> None:
    """A browser takes no service worker of another kind, and asks for a newer one at each look."""
    (static / "field-worker.js").write_text("self.skipWaiting()")
    async with asking(with_pages(application([], []), static)) as http:
        script = await http.get("/field-worker.js")

    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cache-control"] == "no-cache"


async def test_an_asset_is_kept_for_ever_and_read_in_parts(static: Path) -> None:
    async with asking(with_pages(application([], []), static)) as http:
        asset = await http.get("/assets/app-1a2b.js", headers={"Range": "bytes=0-5"})

    assert (asset.status_code, asset.text) == (206, "export")
    assert asset.headers["cache-control"] == IMMUTABLE


async def test_the_basemap_is_read_in_parts_and_may_change(static: Path, tmp_path: Path) -> None:
    maps = tmp_path / "maps"
    maps.mkdir()
    (maps / "city.pmtiles").write_bytes(b"PMTiles and more")
    async with asking(with_pages(application([], []), static, maps)) as http:
        part = await http.get("/basemap/city.pmtiles", headers={"Range": "bytes=0-6"})

    assert (part.status_code, part.text) == (206, "PMTiles")
    assert "immutable" not in part.headers["cache-control"]


@pytest.mark.parametrize("path", ["/assets/../../secret", "/assets/%2e%2e/%2e%2e/secret"])
async def test_nothing_outside_the_folder_is_served(static: Path, path: str) -> None:
    async with asking(with_pages(application([], []), static)) as http:
        assert (await http.get(path)).status_code == 404


async def test_pages_not_built_are_a_problem_that_says_so(tmp_path: Path) -> None:
    async with asking(with_pages(application([], []), tmp_path)) as http:
        for path in PAGES:
            answer = await http.get(path.replace("{code}", "x"))
            assert answer.status_code == 404
            assert answer.json()["code"] == "page_not_built"


BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/konsole", "/nothing/here", "/track/a/b"])
async def test_a_browser_at_an_unknown_address_reads_a_page(static: Path, path: str) -> None:
    async with asking(with_pages(application([], []), static)) as http:
        page = await http.get(path, headers=BROWSER)

    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "No such page" in page.text
    assert page.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/v1/nothing", BROWSER),
        ("GET", "/assets/gone.js", BROWSER),
        ("GET", "/konsole", {"Accept": "application/json"}),
        ("GET", "/konsole", {"Accept": "*/*"}),
        ("POST", "/konsole", BROWSER),
    ],
)
async def test_a_program_is_told_a_problem_there(
    static: Path, method: str, path: str, headers: dict[str, str]
) -> None:
    async with asking(with_pages(application([], []), static)) as http:
        answer = await http.request(method, path, headers=headers)

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


async def test_where_the_pages_are_not_built_a_browser_is_told_a_problem_too(
    tmp_path: Path,
) -> None:
    async with asking(with_pages(application([], []), tmp_path)) as http:
        answer = await http.get("/konsole", headers=BROWSER)

    assert answer.json()["code"] == "not_found"
