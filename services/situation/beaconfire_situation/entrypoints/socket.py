"""The feed's door: a ticket opens it, a subscription begins it, whatever else is said ends it."""

import http
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

import msgspec

from beaconfire_contracts.feed import SUBPROTOCOL, CloseCode
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.web.socket import Accept, Handshake, NoEntry, Opening, Session, Socket

TICKET_CHARACTERS_MAX: Final = 64
RESUME_CHARACTERS_MAX: Final = 200
RESYNC_EVERY_S: Final = 2.0
"""A snapshot may be megabytes; who asks again before one can have come is broken or unkind."""


class Joins(Protocol):
    """What a subscription does."""

    def join(self, subject: Subject, socket: Socket, resume: str | None) -> Any:
        """A new reader; None when there are too many."""
        ...

    def leave(self, reader: Any) -> None:
        """The reader is gone."""
        ...

    def again(self, reader: Any) -> None:
        """The reader missed something."""
        ...


TakeTicket = Callable[[str], Awaitable[Subject | None]]


def feed_door(feed: Joins, take: TakeTicket) -> Accept:
    """Who may open a socket: whoever brings our subprotocol and a ticket of theirs."""

    async def accept(handshake: Handshake) -> Opening | NoEntry:
        asked = handshake.subprotocols
        if len(asked) != 2 or asked[0] != SUBPROTOCOL:
            return NoEntry(http.HTTPStatus.BAD_REQUEST, "subprotocol_missing")
        if len(asked[1]) > TICKET_CHARACTERS_MAX:
            return NoEntry(http.HTTPStatus.UNAUTHORIZED, "bad_ticket")
        subject = await take(asked[1])
        if subject is None:
            return NoEntry(http.HTTPStatus.UNAUTHORIZED, "bad_ticket")
        return Opening(SUBPROTOCOL, lambda socket: _Subscription(feed, subject, socket))

    return accept


class _Subscription(Session):
    """One socket from its opening to its end."""

    def __init__(self, feed: Joins, subject: Subject, socket: Socket) -> None:
        self._feed = feed
        self._subject = subject
        self._socket = socket
        self._reader: Any = None
        self._resynced_at = -RESYNC_EVERY_S

    def heard(self, text: str) -> None:
        told = _decoded(text)
        kind = None if told is None else told.get("t")
        if kind == "subscribe" and self._reader is None:
            self._reader = self._feed.join(self._subject, self._socket, _resume(told or {}))
        elif kind == "resync" and self._reader is not None:
            self._resync()
        else:
            self._end(CloseCode.BAD_FRAME, "bad_frame", "subscribe first, then resync")

    def _resync(self) -> None:
        now = time.monotonic()
        if now - self._resynced_at < RESYNC_EVERY_S:
            self._end(CloseCode.TOO_MANY, "too_many", "one resync in two seconds")
            return
        self._resynced_at = now
        self._feed.again(self._reader)

    def _end(self, code: CloseCode, name: str, detail: str) -> None:
        told = {"t": "error", "code": name, "detail": detail}
        self._socket.send_text(msgspec.json.encode(told))
        self._socket.close(code, name.replace("_", " "))

    def closed(self) -> None:
        if self._reader is not None:
            self._feed.leave(self._reader)


def _decoded(text: str) -> dict[str, Any] | None:
    try:
        told = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _resume(told: dict[str, Any]) -> str | None:
    token = told.get("resume")
    return token if isinstance(token, str) and len(token) <= RESUME_CHARACTERS_MAX else None
