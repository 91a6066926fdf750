from collections.abc import Iterator

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from beaconfire_platform.ground import Service
from beaconfire_platform.process.app import application
from beaconfire_platform.web.joined import joined


def router_of(*paths: str) -> APIRouter:
    router = APIRouter(tags=["x"])
    for path in paths:

        @router.get(path, operation_id=path)
        async def _said() -> str:
            return ""

    return router


def nested(app: FastAPI) -> Iterator[object]:
    for one in app.routes:
        if not hasattr(one, "path"):
            yield one


def test_the_routes_of_all_stand_side_by_side() -> None:
    both = joined(router_of("/a", "/b"), joined(router_of("/c"), router_of("/d")))

    ways = [one for one in both.routes if isinstance(one, APIRoute)]
    assert [one.path for one in ways] == ["/a", "/b", "/c", "/d"]
    assert all(one.tags == ["x"] for one in ways)


def test_a_request_looks_through_no_router_within_another() -> None:
    service = Service("incident", joined(router_of("/a"), router_of("/b")))

    app = application([service], [router_of("/livez")])

    assert list(nested(app)) == []
    assert {"/a", "/b", "/livez"} <= app.openapi()["paths"].keys()

    app.include_router(router_of("/inside"))
    assert list(nested(app)) != []
