"""Refusals and bugs as RFC 9457 problem documents: stable code, pointer, trace id, no stack."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from beaconfire_contracts.refusals import Refusal
from beaconfire_platform.codec import encode_bytes
from beaconfire_platform.database import AWAY, DatabaseAway
from beaconfire_platform.telemetry import REFUSALS, route_of

MEDIA: Final = "application/problem+json"
ECHO_CHARACTERS_MAX: Final = 100
ERRORS_TOLD_MAX: Final = 20
_STATUS: Final = {
    "refused": 400,
    "unreadable": 400,
    "invalid": 422,
    "not_found": 404,
    "conflict": 409,
    "forbidden": 403,
    "unauthenticated": 401,
    "too_many": 429,
    "unavailable": 503,
    "too_large": 413,
    "unsupported_media": 415,
}
_CODES: Final = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
}
_log: Final = structlog.get_logger(__name__)


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    pointer: str | None = None,
    trace_id: str | None = None,
    more: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """One problem document; members that are None are left out, and `more` hides none of ours."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "detail": detail,
        "pointer": pointer,
        "trace_id": trace_id,
    }
    told = {name: value for name, value in ((more or {}) | body).items() if value is not None}
    return Response(encode_bytes(told), status, headers, MEDIA)


def refused(request: Request, error: Exception) -> Response:
    """A refusal of the domain or of the edge, by its meaning."""
    assert isinstance(error, Refusal)  # noqa: S101  (the handler is registered for refusals)
    status = _STATUS.get(error.kind, 400)
    headers: dict[str, str] = {}
    if error.retriable or status in (429, 503):
        headers["Retry-After"] = "1"
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    REFUSALS.labels(request.scope.get("beaconfire.service", "edge"), error.code).inc()
    return problem(
        status,
        error.code,
        error.detail,
        pointer=error.pointer,
        trace_id=trace_of(request),
        more=error.fields,
        headers=headers,
    )


def unprocessable(request: Request, error: Exception) -> Response:
    """A body or parameter that does not fit its schema: every finding with its pointer."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  (registered for it)
    found = [
        {
            "pointer": _pointer(one["loc"][1:]),
            "in": str(one["loc"][0]),
            "code": one["type"],
            "detail": one["msg"][:ECHO_CHARACTERS_MAX],
        }
        for one in error.errors()[:ERRORS_TOLD_MAX]
    ]
    first = found[0]["pointer"] if found else None
    REFUSALS.labels(request.scope.get("beaconfire.service", "edge"), "invalid").inc()
    return problem(
        422,
        "invalid",
        "The request does not fit the schema.",
        pointer=first,
        trace_id=trace_of(request),
        more={"errors": found},
    )


def _pointer(parts: Sequence[int | str]) -> str:
    """RFC 6901, as far as it is worth telling: a key of theirs may have any length."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return ("/" + "/".join(escaped))[:ECHO_CHARACTERS_MAX]


def by_status(request: Request, error: Exception) -> Response:
    """What the framework refuses by itself: no such route, no such method."""
    assert isinstance(error, HTTPException)  # noqa: S101  (registered for it)
    code = _CODES.get(error.status_code, "refused")
    headers = dict(error.headers) if error.headers else {}
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods_here(request))) or headers.get("Allow", "")
    return problem(
        error.status_code,
        code,
        str(error.detail)[:ECHO_CHARACTERS_MAX],
        trace_id=trace_of(request),
        headers=headers,
    )


def away(request: Request, error: Exception) -> Response:
    """A question met a database that is away: not our bug, and asking again helps."""
    _log.warning("database_away", route=route_of(request.scope), error=type(error).__name__)
    return refused(request, DatabaseAway())


def hung_up(request: Request, error: Exception) -> Response:
    """Whoever asked went away half-way: nobody reads the answer, and nothing is broken."""
    del error
    return problem(400, "incomplete", "The request ended early.", trace_id=trace_of(request))


def _methods_here(request: Request) -> Iterator[str]:
    """All methods of a path: the framework names those of the first route alone."""
    for context in iter_route_contexts(request.app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and route.path_regex.match(request.url.path):
            yield from route.methods or ()


def broken(request: Request, error: Exception) -> Response:
    """A bug: logged once with its cause, told without any of it."""
    route = route_of(request.scope)
    _log.error("request_failed", route=route, trace=trace_of(request), exc_info=error)
    return problem(500, "internal_error", "This is our fault.", trace_id=trace_of(request))


def trace_of(request: Request) -> str | None:
    """The correlation id of a request, as the edge set it."""
    return request.scope.get("beaconfire.correlation")


def install(app: FastAPI) -> None:
    """Answer every refusal, misfit and bug of `app` with a problem document."""
    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, unprocessable)
    app.add_exception_handler(HTTPException, by_status)
    app.add_exception_handler(ClientDisconnect, hung_up)
    for one in AWAY:
        app.add_exception_handler(one, away)
    app.add_exception_handler(Exception, broken)
