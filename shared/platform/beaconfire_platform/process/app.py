"""One application of whatever runs in a process: its services' routes behind one gate."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from beaconfire_contracts.shared_events import SHARED_EVENTS
from beaconfire_platform.described.asyncapi import asyncapi_document
from beaconfire_platform.described.asyncapi_routes import asyncapi_routes
from beaconfire_platform.ground import Service
from beaconfire_platform.web import problems
from beaconfire_platform.web.described import DescribedApp
from beaconfire_platform.web.gate import Gate
from beaconfire_platform.web.joined import joined
from beaconfire_platform.web.session import Exchange, SessionDoor
from beaconfire_platform.web.strict_json import StrictRoute

LARGER_BODIES: Final = {
    "/v1/layers/": 64 * 2**20,
    "/v1/roads/": 64 * 2**20,
    "/v1/layer-imports/": 256 * 2**20,
}
"""Maps of a city: 100,000 cells are about 30 MB of GeoJSON."""
DESCRIPTION: Final = "Reports in, the right people on the way, one live picture."


def application(services: Sequence[Service], routers: Sequence[APIRouter]) -> FastAPI:
    """All routes in one FastAPI application, problems for answers, no docs from elsewhere."""
    ours = version("beaconfire")
    told = asyncapi_routes(asyncapi_document(ours, SHARED_EVENTS))
    app = DescribedApp(
        title="Beaconfire",
        version=ours,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        routes=joined(told, *routers, *(service.router for service in services)).routes,
    )
    app.router.route_class = StrictRoute
    problems.install(app)
    return app


def gated(app: ASGIApp, exchange: Exchange, *, loopback_only: bool = False) -> ASGIApp:
    """The application behind the outermost gate and the session's door."""
    return Gate(SessionDoor(app, exchange), limits=LARGER_BODIES, loopback_only=loopback_only)
