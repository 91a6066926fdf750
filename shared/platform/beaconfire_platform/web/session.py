"""Where browsers and strangers meet the services: an opaque secret is exchanged for a signed token.

A session's cookie or an API token means something to agency alone. This ASGI layer exchanges it,
remembers the answer for five seconds at most, and hands the services a bearer that they verify by
themselves. What it does not know passes without any bearer, so that
public routes stay public and all others answer 401.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final, Protocol

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from beaconfire_contracts.refusals import Refusal, Unavailable
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.access.tokens import LIFE, Revocations
from beaconfire_platform.web.problems import problem, refused

COOKIE: Final = "__Host-beaconfire"
"""`__Host-`: only over https or loopback, for this host alone, for all paths, never a subdomain's.
"""
OPAQUE_PREFIX: Final = "bfk_"
SECRET_CHARACTERS_MAX: Final = 128
REMEMBERED_S_MAX: Final = 5.0
"""A revocation takes effect everywhere within five seconds, also where no fact arrives (R51)."""
TOKEN_S: Final = LIFE.total_seconds() - 60.0
"""So long a token that was exchanged is surely still good, whatever is left of its session."""
REMEMBERED_MAX: Final = 10_000
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A signed token, and for whom and from when it is."""

    token: str
    subject: Subject


class Exchange(Protocol):
    """Turns an opaque secret into a signed token; agency does."""

    async def exchange(self, secret: str) -> Exchanged | None:
        """The token, or None for a secret that opens nothing (any more)."""
        ...


@dataclass(frozen=True, slots=True)
class _Known:
    """What was exchanged: believed for a while, and when nobody can say while the token lives."""

    exchanged: Exchanged
    until: float
    ends: float


class RememberedExchange:
    """An exchange that asks once in five seconds, and forgets whoever lost or changed something.

    While agency is away, whoever was known goes on until their token ends.
    """

    def __init__(
        self,
        exchange: Exchange,
        revocations: Revocations,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`revocations` as this process's verifier knows them."""
        self._exchange = exchange
        self._revocations = revocations
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._forgotten = 0

    async def exchange(self, secret: str) -> Exchanged | None:
        """The token as remembered, or asked for now."""
        known = self._known.get(secret)
        if known is not None and self._revocations.covers(known.exchanged.subject):
            del self._known[secret]
            known = None
        if known is not None and self._clock() < known.until:
            return known.exchanged
        forgotten = self._forgotten
        try:
            exchanged = await self._exchange.exchange(secret)
        except Unavailable:
            if known is None or self._clock() >= known.ends:
                raise
            return known.exchanged
        self._known.pop(secret, None)
        if exchanged is not None and forgotten == self._forgotten:
            self._remember(secret, exchanged)
        return exchanged

    def forget(self, person_id: str) -> None:
        """Ask anew for this person: a seat, a grant or a session of theirs changed."""
        self._forgotten += 1
        mine = [
            secret for secret, one in self._known.items() if one.exchanged.subject.id == person_id
        ]
        for secret in mine:
            del self._known[secret]

    def _remember(self, secret: str, exchanged: Exchanged) -> None:
        if len(self._known) >= REMEMBERED_MAX:
            del self._known[next(iter(self._known))]
        now = self._clock()
        self._known[secret] = _Known(exchanged, now + REMEMBERED_S_MAX, now + TOKEN_S)


class SessionDoor:
    """Wraps the services' application: opaque secrets stop here, signed tokens go on."""

    def __init__(self, app: ASGIApp, exchange: Exchange, *, origins: Iterable[str] = ()) -> None:
        """`origins` are further origins of our own, as browsers see them before a proxy."""
        self._app = app
        self._exchange = exchange
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Exchange what one request bears, or refuse it when another site's page sent it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        secret, by_cookie = _presented(scope)
        if self._is_forged(scope, by_cookie=by_cookie):
            answer = problem(
                403,
                "cross_site",
                "A page of another site may not do this in your name.",
                trace_id=scope.get("beaconfire.correlation"),
            )
            await answer(scope, receive, send)
            return
        try:
            exchanged = None if secret is None else await self._exchange.exchange(secret)
        except Refusal as refusal:
            await refused(Request(scope), refusal)(scope, receive, send)
            return
        if secret is None:
            await self._app(scope, receive, send)
            return
        bearing = _bearing(scope, None if exchanged is None else exchanged.token)
        try:
            await self._app(bearing, receive, send)
        finally:
            scope["route"] = bearing.get("route")  # the gate counts requests by it

    def _is_forged(self, scope: Scope, *, by_cookie: bool) -> bool:
        """R70: whoever changes something by cookie shows that the page was ours.

        Without a cookie only a foreign Origin is refused: that is signing somebody in, or
        reporting, from a page that is not ours.
        """
        if scope["method"] in _SAFE or _header(scope, b"authorization") is not None:
            return False
        origin = _header(scope, b"origin")
        if origin is not None:
            return origin not in self._own(scope)
        site = _header(scope, b"sec-fetch-site")
        if site is not None:
            return site not in ("same-origin", "none") or (by_cookie and site == "none")
        return by_cookie

    def _own(self, scope: Scope) -> frozenset[str]:
        host = _header(scope, b"host") or ""
        return self._origins | {f"{scope['scheme']}://{host}"}


def _presented(scope: Scope) -> tuple[str | None, bool]:
    """The opaque secret of a request, if any, and whether a cookie bears it."""
    authorization = _header(scope, b"authorization")
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        opaque = scheme.lower() == "bearer" and token.startswith(OPAQUE_PREFIX)
        return (token[:SECRET_CHARACTERS_MAX] if opaque else None), False
    found = [one for header in _all(scope, b"cookie") for one in _cookies(header)]
    return (found[0][:SECRET_CHARACTERS_MAX], True) if len(found) == 1 else (None, bool(found))


def _cookies(header: str) -> list[str]:
    """Our cookie in a header; more than one is somebody's trick, and none counts then."""
    parts = [part.strip() for part in header.split(";")]
    mine = [part for part in parts if part.startswith(f"{COOKIE}=")]
    try:
        return [SimpleCookie(part)[COOKIE].value for part in mine]
    except (CookieError, KeyError):
        return []


def _bearing(scope: Scope, token: str | None) -> Scope:
    """The request with this bearer instead of whatever it bore, or with none."""
    headers = [pair for pair in scope["headers"] if pair[0].lower() != b"authorization"]
    if token is not None:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    return {**scope, "headers": headers}


def _all(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _header(scope: Scope, name: bytes) -> str | None:
    """The one value of a header; two are joined, and then match nothing that we accept."""
    values = _all(scope, name)
    return ", ".join(values) if values else None
