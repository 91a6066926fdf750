"""The node's pages beside its services' routes."""

from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from beaconfire.node.pages import Assets, Basemap, missing_pages, page_routes


def with_pages(app: FastAPI, static: Path, basemap: Path | None = None) -> FastAPI:
    """The browser's pages at their addresses, and the files that they ask for."""
    app.include_router(page_routes(static))
    app.add_exception_handler(HTTPException, missing_pages(static))
    if (static / "assets").is_dir():
        app.mount("/assets", Assets(directory=static / "assets"))
    if basemap is not None and basemap.is_dir():
        app.mount("/basemap", Basemap(directory=basemap))
    return app
