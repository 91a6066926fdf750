"""The outermost ASGI layer: sizes before reading, correlation, safe headers (R62)."""

import re
import time
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from beaconfire_platform.ids import new_id
from beaconfire_platform.telemetry import count_request, route_of
from beaconfire_platform.web.problems import problem

JSON_BYTES_MAX: Final = 1_048_576
"""1 MiB: a thousand positions are 100 KB; nothing else of ours is larger (R62)."""
URL_BYTES_MAX: Final = 8_192
HEADER_BYTES_MAX: Final = 16_384
HEADERS_MAX: Final = 100
_SAFE: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
_CSP: Final = (
    b"content-security-policy",
    (
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        b"font-src 'self'; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; "
        b"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
)
_DETAILS: Final = {
    "bad_host": "One Host is named, and it is one of ours.",
    "url_too_long": f"A URL has at most {URL_BYTES_MAX} bytes.",
    "too_many_headers": f"There are at most {HEADERS_MAX} header fields.",
    "headers_too_large": f"All header fields together have at most {HEADER_BYTES_MAX} bytes.",
    "content_encoding": "A body is sent as it is, not compressed.",
    "too_large": "The body is larger than this route takes.",
}
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000")
_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_log: Final = structlog.get_logger(__name__)


class _TooLarge(Exception):  # noqa: N818  (named by what it says)
    """More bytes came than the limit allows."""


class Gate:
    """Wraps an application: refuses what is too large or encoded before anything reads it."""

    def __init__(
        self, app: ASGIApp, *, limits: Mapping[str, int] | None = None, loopback_only: bool = False
    ) -> None:
        """`limits` names larger body limits by path prefix, in bytes.

        `loopback_only` takes no host but this machine's own names: a page whose name was made to
        point here (DNS rebinding) is refused.
        """
        self._app = app
        self._loopback_only = loopback_only
        self._limits = dict(limits or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.lower(): value for name, value in scope["headers"]}
        scope["beaconfire.correlation"] = _correlation(headers)
        passage = _Passage(scope, receive, send, self._limit(scope["path"]))
        refusal = _refusal(scope, headers, passage.limit)
        if not _has_host(scope, loopback_only=self._loopback_only):
            refusal = (400, "bad_host")
        started = time.perf_counter()
        if refusal is not None:
            await passage.refuse(*refusal)
            _count(scope, passage.status, time.perf_counter() - started)
            return
        try:
            await self._app(scope, passage.receive, passage.send)
        except _TooLarge:
            pass
        finally:
            if passage.is_over:
                await passage.refuse(413, "too_large")
            _count(scope, passage.status, time.perf_counter() - started)
            _log.debug(
                "request",
                method=scope["method"],
                route=route_of(scope),
                status=passage.status,
                ms=round((time.perf_counter() - started) * 1000, 1),
                correlation=scope["beaconfire.correlation"],
            )

    def _limit(self, path: str) -> int:
        for prefix, limit in self._limits.items():
            if path.startswith(prefix):
                return limit
        return JSON_BYTES_MAX


class _Passage:
    """One request on its way: counts its bytes, adds headers to its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        self.limit = limit
        self.status = 0
        self._scope = scope
        self._receive = receive
        self._send = send
        self._bytes = 0
        self._is_over = False

    @property
    def is_over(self) -> bool:
        """Whether more came than the limit allows."""
        return self._is_over

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._bytes += len(message.get("body", b""))
            if self._bytes > self.limit:
                self._is_over = True
                raise _TooLarge
        return message

    async def send(self, message: Message) -> None:
        if self._is_over:
            return  # whatever the application makes of it, the gate answers 413
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": [*message.get("headers", []), *self._headers(message)]}
        await self._send(message)

    def _headers(self, message: Message) -> list[tuple[bytes, bytes]]:
        present = {name.lower() for name, _ in message.get("headers", [])}
        added = [pair for pair in (*_SAFE, _CSP) if pair[0] not in present]
        if self._scope.get("scheme") == "https":
            added.append(_HSTS)
        if b"cache-control" not in present:
            added.append((b"cache-control", b"no-store"))
        added.append((b"x-correlation-id", self._scope["beaconfire.correlation"].encode()))
        return added

    async def refuse(self, status: int, code: str) -> None:
        if self.status:
            return  # the answer had begun: closing is all that is left
        self._is_over = False
        answer = problem(
            status,
            code,
            _DETAILS[code],
            trace_id=self._scope["beaconfire.correlation"],
            headers={"connection": "close"},
        )
        await answer(self._scope, self.receive, self.send)


def _has_host(scope: Scope, *, loopback_only: bool) -> bool:
    """HTTP/1.1 names one host (RFC 9112 §3.2); which ones we are is ours to say."""
    named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    if len(named) != 1:
        return not named and scope.get("http_version") == "1.0" and not loopback_only
    return not loopback_only or is_loopback_name(named[0])


def is_loopback_name(host: str) -> bool:
    """Whether a Host header means this machine and nobody else's name for it."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


def _refusal(scope: Scope, headers: dict[bytes, Any], limit: int) -> tuple[int, str] | None:
    checks = (
        (
            len(scope.get("raw_path", b"")) + len(scope["query_string"]) > URL_BYTES_MAX,
            414,
            "url_too_long",
        ),
        (len(scope["headers"]) > HEADERS_MAX, 431, "too_many_headers"),
        (
            sum(len(n) + len(v) for n, v in scope["headers"]) > HEADER_BYTES_MAX,
            431,
            "headers_too_large",
        ),
        (headers.get(b"content-encoding", b"identity") != b"identity", 415, "content_encoding"),
        (_declared(headers) > limit, 413, "too_large"),
    )
    return next(((status, code) for bad, status, code in checks if bad), None)


def _count(scope: Scope, status: int, seconds: float) -> None:
    count_request(scope["method"], route_of(scope), status, seconds)


def _declared(headers: dict[bytes, Any]) -> int:
    length = headers.get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _correlation(headers: dict[bytes, Any]) -> str:
    """The caller's, if it is a UUID: it stands in every fact and on every topic, where nothing
    that a person writes may stand.
    """
    given = headers.get(b"x-correlation-id", b"").decode("latin-1").lower()
    return given if _UUID.fullmatch(given) else new_id()
