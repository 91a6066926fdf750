"""The pages: built files of the web side, served from the package itself, no other origin asked."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar, Final

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

from beaconfire_contracts.refusals import NotFound

PAGES: Final = {
    "/console": "console.html",
    "/field": "field.html",
    "/report": "report.html",
    "/track": "track.html",
    "/track/{code}": "track.html",
    "/docs": "docs.html",
}
IMMUTABLE: Final = "public, max-age=31536000, immutable"
AN_HOUR: Final = "public, max-age=3600"


class PageNotBuilt(NotFound):
    """The web side is not built here: run `make setup`."""


def page_routes(static: Path) -> APIRouter:
    """One route a page; assets have their hash in their names and never change."""
    router = APIRouter(include_in_schema=False)

    for path, name in PAGES.items():
        router.add_api_route(path, _serving(static / name), methods=["GET"])

    @router.get("/")
    async def begin() -> Response:
        """The console is the front door."""
        return RedirectResponse("/console")

    return router


def _serving(file: Path) -> Callable[[], Awaitable[Response]]:
    built = file.is_file()

    async def serve() -> Response:
        if not built:
            raise PageNotBuilt
        return FileResponse(file, media_type="text/html", headers={"Cache-Control": "no-cache"})

    return serve


class Assets(StaticFiles):
    """Files with hashed names: a browser keeps them for ever; ranges are answered."""

    kept: ClassVar[str] = IMMUTABLE

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """The file, and for how long it may be kept."""
        answer = super().file_response(*args, **kwargs)  # type: ignore[arg-type]  # as given
        answer.headers["Cache-Control"] = self.kept
        return answer


class Basemap(Assets):
    """The map below everything: its name stays when a newer one is laid in."""

    kept: ClassVar[str] = AN_HOUR
