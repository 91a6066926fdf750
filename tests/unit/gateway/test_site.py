"""What the gateway serves as files: whole, readable by whoever it runs as."""

from pathlib import Path

import pytest

from beaconfire.gateway.site import city_basemap, documents, write_site
from beaconfire.node.pages import PAGES
from beaconfire_contracts.shared_events import SHARED_EVENTS
from beaconfire_platform.process.cannot_start import CannotStart


@pytest.fixture
def static(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "assets" / "app-1a2b.js").write_text("export {}")
    for name in PAGES.values():
        (folder / name).write_text(f"<title>{name}</title>")
    return folder


def test_pages_assets_and_documents_are_there_and_anybody_may_read_them(
    static: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"

    write_site(site, static, {"openapi.json": {"openapi": "3.1.0"}})

    assert (site / "console.html").read_text() == "<title>console.html</title>"
    assert (site / "assets" / "app-1a2b.js").read_text() == "export {}"
    assert (site / "openapi.json").read_text() == '{"openapi":"3.1.0"}'
    assert not (site / "basemap").exists()
    files = [one for one in site.rglob("*") if one.is_file()]
    assert {one.stat().st_mode & 0o777 for one in files} == {0o644}


def test_what_an_open_page_may_still_ask_for_stays(static: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, static, {})
    (static / "assets" / "app-1a2b.js").rename(static / "assets" / "app-3c4d.js")

    write_site(site, static, {})

    assert {one.name for one in (site / "assets").iterdir()} == {"app-1a2b.js", "app-3c4d.js"}


def test_pages_that_are_not_built_are_told(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="make setup"):
        write_site(tmp_path / "site", tmp_path, {})


def test_a_map_comes_with_the_demo_city(static: Path, tmp_path: Path) -> None:
    write_site(tmp_path / "site", static, {}, "auckland")

    assert (tmp_path / "site" / "basemap" / "city.pmtiles").read_bytes()[:7] == b"PMTiles"
    with pytest.raises(CannotStart, match="choose one of auckland"):
        city_basemap("atlantis")


async def test_the_documents_are_of_all_services_together() -> None:
    found = await documents()

    paths = found["openapi.json"]["paths"]
    assert {"/v1/reports", "/v1/units", "/v1/cells/{code}", "/v1/people", "/v1/picture"} <= set(
        paths
    )
    assert found["asyncapi.json"]["asyncapi"] == "3.0.0"
    assert set(found["asyncapi.json"]["channels"]["shared"]["messages"]) == set(SHARED_EVENTS)
