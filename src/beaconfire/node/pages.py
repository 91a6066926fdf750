"""The pages: built files of the web side, served from the package itself, no other origin asked."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import ClassVar, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from beaconfire_contracts.refusals import NotFound
from beaconfire_platform.web.problems import by_status

PAGES: Final = {  # and the script that opens one of them without a net
    "/console": "console.html",
    "/field": "field.html",
    "/field-worker.js": "field-worker.js",
    "/report": "report.html",
    "/track": "track.html",
    "/track/{code}": "track.html",
    "/docs": "docs.html",
    "/rosters": "rosters.html",
}
MISSING: Final = "missing.html"
"""What a browser is shown at an address that there is not; without any script."""
IMMUTABLE: Final = "public, max-age=31536000, immutable"
_OF_MACHINES: Final = ("/v1/", "/assets/", "/basemap/", "/ogc/", "/cap/", "/open311/")
"""Under these programs ask: they are answered in their own language whatever they accept."""
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


def missing_pages(static: Path) -> Callable[[Request, Exception], Response]:
    """A browser at an address that there is not reads a page; whoever asks the API, a problem."""

    def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101  (registered for it)
        file = static / MISSING
        if error.status_code == HTTPStatus.NOT_FOUND and _is_reading(request) and file.is_file():
            return FileResponse(
                file, HTTPStatus.NOT_FOUND, media_type="text/html",
                headers={"Cache-Control": "no-cache"},
            )  # fmt: skip
        return by_status(request, error)

    return answer


def _is_reading(request: Request) -> bool:
    """Somebody typed an address or followed a link: a browser names HTML first, and no API's."""
    if request.method not in ("GET", "HEAD") or request.url.path.startswith(_OF_MACHINES):
        return False
    return request.headers.get("accept", "").startswith("text/html")


def _serving(file: Path) -> Callable[[], Awaitable[Response]]:
    built = file.is_file()
    media = "text/javascript" if file.suffix == ".js" else "text/html"

    async def serve() -> Response:
        if not built:
            raise PageNotBuilt
        return FileResponse(file, media_type=media, headers={"Cache-Control": "no-cache"})

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
