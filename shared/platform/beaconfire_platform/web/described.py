"""The OpenAPI document says who may call a route and every way in which it is refused.

FastAPI describes what a route answers when all is well. Whoever writes a client needs the rest: the
bearer, the idempotency key, and each refusal as a problem document with its status.
"""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from beaconfire_platform.codec import encode_bytes
from beaconfire_platform.web.edge import IDEMPOTENCY_KEY_CHARACTERS_MAX
from beaconfire_platform.web.problems import MEDIA

OPENAPI_PATH: Final = "/openapi.json"
BEARER: Final = "bearer"
_PROBLEM: Final = {
    "type": "object",
    "description": "A refusal (RFC 9457): `code` is stable, `pointer` names the field.",
    "required": ["type", "title", "status", "code", "trace_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
        "detail": {"type": "string"},
        "pointer": {"type": "string", "pattern": "^/"},
        "trace_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "in", "code", "detail"],
                "properties": {
                    name: {"type": "string"} for name in ("pointer", "in", "code", "detail")
                },
            },
        },
    },
}
_REFUSALS: Final = {
    400: "It cannot be read: no JSON, or no HTTP.",
    401: "Nobody knows who you are.",
    403: "You may see it and may not do this.",
    404: "There is no such thing, or it is not yours to know.",
    409: "It was right for another state of things.",
    413: "The body is larger than the route takes.",
    415: "The body is of another kind, or compressed.",
    422: "It can be read, and cannot be right.",
    429: "A named limit is reached.",
    503: "A part that is needed is away; try again.",
}
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same body is done once and answered the same again.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": IDEMPOTENCY_KEY_CHARACTERS_MAX,
        "pattern": "^[!-~]([ -~]*[!-~])?$",
    },
}
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class DescribedApp(FastAPI):
    """A FastAPI application whose document names its refusals.

    To make it takes more than a second, and anybody may ask for it: it is made beside the loop.
    """

    _making: "asyncio.Task[bytes] | None" = None

    def setup(self) -> None:
        """Open the door to the document in place of FastAPI's, which makes it on the loop."""
        self.add_route(OPENAPI_PATH, self._tell, include_in_schema=False)

    async def _tell(self, request: Request) -> Response:
        del request
        if self._making is None:
            self._making = asyncio.create_task(self._made())
        # whoever goes away meanwhile does not end it for the others
        body = await asyncio.shield(self._making)
        return Response(body, media_type="application/json")

    async def _made(self) -> bytes:
        """The document as bytes; routes are looked through here, where requests meet them."""
        for context in iter_route_contexts(self.routes):
            if isinstance(context.original_route, APIRoute):
                _ = context.original_route.dependant
                await asyncio.sleep(0)
        return await asyncio.to_thread(lambda: encode_bytes(self.openapi()))

    def openapi(self) -> dict[str, Any]:
        """The document; made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            _complete(document, self)
            self.openapi_schema = document
        return self.openapi_schema


def _complete(document: dict[str, Any], app: FastAPI) -> None:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas["Problem"] = _PROBLEM
    components["responses"] = {f"Refused{status}": _refusal(status) for status in _REFUSALS}
    components["securitySchemes"] = {BEARER: {"type": "http", "scheme": "bearer"}}
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                _describe(document["paths"][route.path_format][method.lower()], route, method)


def _refusal(status: int) -> dict[str, Any]:
    content = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": _REFUSALS[status], "content": content}


def _describe(operation: dict[str, Any], route: APIRoute, method: str) -> None:
    asked = set(_asked(route.dependant))
    if "needs" in asked:
        operation["security"] = [{BEARER: []}]
    if asked and method not in _READING:
        operation.setdefault("parameters", []).append(_KEY)
    responses = operation["responses"]
    for status in sorted(_statuses(operation, asked, method)):
        told = responses.get(str(status))
        if told is None or status == 422:
            responses[str(status)] = {"$ref": f"#/components/responses/Refused{status}"}


def _statuses(operation: dict[str, Any], asked: set[str], method: str) -> Iterator[int]:
    """Which refusals an operation may answer with."""
    if not asked and "requestBody" not in operation:
        return
    yield from (400, 422, 503)
    if "needs" in asked:
        yield from (401, 403, 404)
    if "strangers" in asked:
        yield from (404, 429)
    if method not in _READING:
        yield from (409, 429)
    if "requestBody" in operation:
        yield from (401, 413, 415)


def _asked(dependant: Dependant) -> Iterator[str]:
    """By which doors a route is entered: `needs`, `strangers`, or none."""
    for one in dependant.dependencies:
        name = getattr(one.call, "__name__", "")
        if ":" in name:
            yield name.partition(":")[0]
        yield from _asked(one)
