"""The files that a gateway serves: pages, what they ask for, the documents of both interfaces."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from beaconfire.demo.city import CITIES
from beaconfire.node.pages import PAGES
from beaconfire.node.routers import routers
from beaconfire_contracts.shared_events import SHARED_EVENTS
from beaconfire_platform.codec import encode_bytes
from beaconfire_platform.described.asyncapi import asyncapi_document
from beaconfire_platform.process.app import application
from beaconfire_platform.process.cannot_start import CannotStart


def write_site(
    folder: Path, static: Path, documents: Mapping[str, Any], basemap: str | None = None
) -> None:
    """Everything into the folder; what was asked for by an older page stays beside it."""
    basemap_from = None if basemap is None else city_basemap(basemap)
    missing = [name for name in PAGES.values() if not (static / name).is_file()]
    if missing:
        raise CannotStart(f"{static} holds no {missing[0]}: build the pages with make setup")
    folder.mkdir(parents=True, exist_ok=True)
    _copy(static / "assets", folder / "assets")
    if basemap_from is not None:
        _copy(basemap_from, folder / "basemap")
    # the pages last: each finds what it asks for
    for name in sorted(set(PAGES.values())):
        _put(folder / name, (static / name).read_bytes())
    for name, document in documents.items():
        _put(folder / name, encode_bytes(document))


async def documents() -> Mapping[str, Any]:
    """What all services offer together: over HTTP, and on topics and the feed."""
    app = application([], list((await routers()).values()))
    told = asyncapi_document(app.version, SHARED_EVENTS)
    return {"openapi.json": app.openapi(), "asyncapi.json": told}


def city_basemap(city: str) -> Path:
    """The folder with a demo city's map; CannotStart for a city that we do not carry."""
    if city not in CITIES:
        raise CannotStart(f"--basemap {city[:40]}: choose one of {', '.join(CITIES)}")
    return Path(str(files("beaconfire.demo").joinpath("data", city, "basemap")))


def _copy(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for one in source.iterdir():
        _put(target / one.name, one.read_bytes())


def _put(path: Path, content: bytes) -> None:
    """Whole or not at all: a gateway may be serving the older one."""
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(content)
    draft.chmod(0o644)
    draft.replace(path)
