"""One port for HTTP and the feed: a websocket protocol of our own behind uvicorn's upgrade seam.

uvicorn hands an upgrade to `Config(ws=<class>)`; its own classes block for ever on a client that
does not read, and `websockets`' keepalive misses one that is stuck. This is
an `asyncio.Protocol` over the sans-I/O `ServerProtocol`: whoever sends sees how much is unread and
decides. Path, origin and ticket are checked before the 101; no ASGI middleware runs here.
"""

import asyncio
import http
import socket as sockets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol, cast
from urllib.parse import urlsplit

import structlog
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from beaconfire_contracts.feed import CloseCode

MESSAGE_BYTES_MAX: Final = 16_384
"""What a client sends is a name and a position; more is no client of ours."""
HANDSHAKE_S_MAX: Final = 5.0
CLOSE_S_MAX: Final = 3.0
FRAMES_MAX: Final = 60
"""In `FRAMES_S`; a client of ours sends one when it comes, and pongs."""
FRAMES_S: Final = 10.0
PING_EVERY_S: Final = 20.0
SILENT_S_MAX: Final = 60.0
"""A client answers pings; whoever says nothing for so long is gone."""
SEND_BUFFER_BYTES: Final = 65_536
"""What the kernel may hide of a slow client's backlog."""
_log: Final = structlog.get_logger(__name__)


class Session(Protocol):
    """The receiving half: what an opened socket's messages do."""

    def heard(self, text: str) -> None:
        """One whole text message."""
        ...

    def closed(self) -> None:
        """The socket is gone; nothing can be sent any more."""
        ...


class Socket(Protocol):
    """The sending half. Nothing here waits: look at `unread_bytes` before sending more."""

    @property
    def unread_bytes(self) -> int:
        """How much is written and not yet taken by the client's side."""
        ...

    def send_text(self, text: bytes) -> None:
        """One text message of UTF-8 bytes."""
        ...

    def send_binary(self, data: bytes) -> None:
        """One binary message."""
        ...

    def close(self, code: int, reason: str) -> None:
        """Say goodbye; the connection is dropped when the other side takes too long."""
        ...


@dataclass(frozen=True, slots=True)
class Handshake:
    """What a client asked for: a path, from which origin, with which subprotocols."""

    path: str
    host: str
    origin: str | None
    subprotocols: tuple[str, ...]
    client: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A yes: the subprotocol that is spoken, and what begins when the socket is open."""

    subprotocol: str
    begin: Callable[[Socket], Session]


@dataclass(frozen=True, slots=True)
class NoEntry:
    """A no, with the HTTP status that says why."""

    status: http.HTTPStatus
    code: str


Accept = Callable[[Handshake], Awaitable[Opening | NoEntry]]


def protocol_for(doors: Mapping[str, Accept]) -> type[asyncio.Protocol]:
    """A class for uvicorn's `Config(ws=…)` that opens these doors by path and no other."""

    class Doors(SocketProtocol):
        """The doors of this process."""

        doors_by_path: ClassVar = dict(doors)

    return Doors


class SocketProtocol(asyncio.Protocol):
    """One connection after its upgrade."""

    doors_by_path: ClassVar[Mapping[str, Accept]] = {}

    def __init__(
        self,
        config: Any,
        server_state: Any,
        app_state: Any,
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """As uvicorn calls it; its own types are not part of its public names."""
        del config, app_state
        self._loop = _loop or asyncio.get_event_loop()
        self._connections: set[Any] = server_state.connections
        self._subprotocol: str | None = None
        self._conn = ServerProtocol(
            select_subprotocol=lambda _conn, _asked: cast(Any, self._subprotocol),
            max_size=MESSAGE_BYTES_MAX,
        )
        self._transport: asyncio.Transport | None = None
        self._session: Session | None = None
        self._opening: asyncio.Task[None] | None = None
        self._timers: list[asyncio.TimerHandle] = []
        self._parts: list[bytes] = []
        self._heard_at = self._loop.time()
        self._frames = 0
        self._frames_since = self._heard_at

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is ours from now on; its handshake follows at once."""
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self)
        raw = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, SEND_BUFFER_BYTES)
        self._later(HANDSHAKE_S_MAX, self._abort_unopened)

    def data_received(self, data: bytes) -> None:
        """Bytes came: the handshake, then frames."""
        self._heard_at = self._loop.time()
        self._conn.receive_data(data)
        for event in self._conn.events_received():
            if isinstance(event, Request):
                self._opening = self._loop.create_task(self._open(event))
            elif isinstance(event, Frame):
                self._frame(event)
        self._flush()

    def eof_received(self) -> None:
        """The other side has said all."""
        self._conn.receive_eof()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        del exc
        self._connections.discard(self)
        for timer in self._timers:
            timer.cancel()
        if self._opening is not None:
            self._opening.cancel()
        session, self._session = self._session, None
        if session is not None:
            session.closed()

    def shutdown(self) -> None:
        """The server is going away (uvicorn calls this)."""
        if self._session is None:
            self._abort()
        else:
            self.close(1001, "going away")

    @property
    def unread_bytes(self) -> int:
        """How much is written and not yet taken by the client's side."""
        if self._transport is None or self._transport.is_closing():
            return 0
        return self._transport.get_write_buffer_size()

    def send_text(self, text: bytes) -> None:
        """One text message of UTF-8 bytes."""
        if self._conn.state is State.OPEN:
            self._conn.send_text(text)
            self._flush()

    def send_binary(self, data: bytes) -> None:
        """One binary message."""
        if self._conn.state is State.OPEN:
            self._conn.send_binary(data)
            self._flush()

    def close(self, code: int, reason: str) -> None:
        """Say goodbye; the connection is dropped when the other side takes too long."""
        if self._conn.state is State.OPEN:
            self._conn.send_close(code, reason)
            self._flush()
        self._later(CLOSE_S_MAX, self._abort)

    async def _open(self, request: Request) -> None:
        answer = await self._answer(request)
        if isinstance(answer, NoEntry):
            self._conn.send_response(self._conn.reject(answer.status, f"{answer.code}\n"))
            self._flush()
            return
        self._subprotocol = answer.subprotocol
        response = self._conn.accept(request)
        self._conn.send_response(response)
        self._flush()
        if response.status_code == http.HTTPStatus.SWITCHING_PROTOCOLS:
            self._session = answer.begin(self)
            self._later(PING_EVERY_S, self._ping)

    async def _answer(self, request: Request) -> Opening | NoEntry:
        path = urlsplit(request.path).path
        accept = self.doors_by_path.get(path)
        if accept is None:
            return NoEntry(http.HTTPStatus.NOT_FOUND, "not_found")
        if len(request.headers.get_all("Host")) != 1:
            return NoEntry(http.HTTPStatus.BAD_REQUEST, "bad_host")
        handshake = self._handshake(request, path)
        if not _is_same_origin(handshake):
            return NoEntry(http.HTTPStatus.FORBIDDEN, "foreign_origin")
        try:
            return await accept(handshake)
        except Exception as error:  # noqa: BLE001  (a bug behind a door: told once, closed)
            _log.error("socket_door_failed", path=path, exc_info=error)
            return NoEntry(http.HTTPStatus.SERVICE_UNAVAILABLE, "unavailable")

    def _handshake(self, request: Request, path: str) -> Handshake:
        headers = request.headers
        asked = ",".join(headers.get_all("Sec-WebSocket-Protocol"))
        peer: Any = self._transport.get_extra_info("peername") if self._transport else None
        return Handshake(
            path,
            headers.get("Host", ""),
            headers.get("Origin"),
            tuple(one.strip() for one in asked.split(",") if one.strip()),
            str(peer[0]) if isinstance(peer, tuple) and peer else "unknown",
        )

    def _frame(self, frame: Frame) -> None:
        if self._is_flooded():
            self._parts.clear()
            self.close(CloseCode.TOO_MANY, "too many frames")
            return
        if frame.opcode in (Opcode.TEXT, Opcode.CONT):
            self._parts.append(bytes(frame.data))
            if frame.fin:
                whole, self._parts = b"".join(self._parts), []
                self._message(whole)
        elif frame.opcode is Opcode.BINARY:
            self.close(1003, "text only")

    def _is_flooded(self) -> bool:
        if self._heard_at - self._frames_since > FRAMES_S:
            self._frames, self._frames_since = 0, self._heard_at
        self._frames += 1
        return self._frames > FRAMES_MAX

    def _message(self, whole: bytes) -> None:
        try:
            text = whole.decode()
        except UnicodeDecodeError:
            self.close(1007, "not UTF-8")
            return
        if self._session is not None:
            self._session.heard(text)

    def _flush(self) -> None:
        transport = self._transport
        if transport is None:
            return
        for data in self._conn.data_to_send():
            if transport.is_closing():
                return
            if data:
                transport.write(data)
            else:  # the sans-I/O layer's mark for the end of what it sends
                transport.close()

    def _ping(self) -> None:
        if self._loop.time() - self._heard_at > SILENT_S_MAX:
            self._abort()
            return
        if self._conn.state is State.OPEN:
            self._conn.send_ping(b"")
            self._flush()
            self._later(PING_EVERY_S, self._ping)

    def _abort_unopened(self) -> None:
        if self._session is None:
            self._abort()

    def _abort(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.abort()

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        self._timers = [one for one in self._timers if not one.cancelled()][-4:]
        self._timers.append(self._loop.call_later(seconds, act))


def _is_same_origin(handshake: Handshake) -> bool:
    """A browser names its page's origin; whoever is no browser has none, and has its ticket."""
    if handshake.origin is None:
        return True
    return urlsplit(handshake.origin).netloc == handshake.host
