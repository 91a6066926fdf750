"""HTTP on the wire with deadlines: uvicorn waits for ever for a half-sent request, we do not (R63).

A client that sends its head or its body too slowly, a head that has no end, an answer that is never
read, and one peer with too many connections each end here, before any application is asked.
"""

import asyncio
from collections import Counter
from ipaddress import ip_address
from typing import Any, ClassVar, Final

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from beaconfire_platform.web.gate import HEADER_BYTES_MAX, URL_BYTES_MAX
from beaconfire_platform.web.problems import problem

HEAD_S_MAX: Final = 5.0
"""From the first byte of a request to the end of its head."""
BODY_S: Final = 10.0
BODY_BYTES_PER_S_MIN: Final = 1_024
"""A telephone at the edge of its network sends more; what is slower holds a place for nothing."""
SILENT_S_MAX: Final = 30.0
"""A browser opens connections ahead; one that is not used for so long is closed."""
UNREAD_S_MAX: Final = 30.0
"""An answer that nobody takes for so long is dropped."""
HEAD_BYTES_MAX: Final = 8 * (HEADER_BYTES_MAX + URL_BYTES_MAX)
"""Past what the gate refuses with a reason; this much is told no reason, it is kept nowhere."""
CONNECTIONS_PER_PEER_MAX: Final = 512
"""A centre behind one address has a hundred browsers with six connections at most."""
_NOTHING, _HEAD, _BODY = "nothing", "head", "body"
_log: Final = structlog.get_logger(__name__)


class WireProtocol(HttpToolsProtocol):
    """One connection; `peers` counts those of each address (of this class, so of one server)."""

    peers: ClassVar[Counter[str]] = Counter()
    per_peer_max: ClassVar[int] = CONNECTIONS_PER_PEER_MAX
    head_s_max: ClassVar[float] = HEAD_S_MAX
    body_s: ClassVar[float] = BODY_S
    silent_s_max: ClassVar[float] = SILENT_S_MAX
    unread_s_max: ClassVar[float] = UNREAD_S_MAX
    counts_loopback: ClassVar[bool] = False
    """Whoever is on this machine is a proxy, or could do worse than connect."""

    _part = _NOTHING
    _watched = ""
    _bytes = 0
    _peer: str | None = None
    _timer: asyncio.TimerHandle | None = None
    _unread_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A connection came; it is dropped at once where its peer has too many."""
        super().connection_made(transport)  # type: ignore[arg-type]  # uvicorn narrows it
        host = self.client[0] if self.client else ""
        if self.counts_loopback or not _is_loopback(host):
            self._peer = host
            self.peers[host] += 1
            if self.peers[host] > self.per_peer_max:
                _log.warning("too_many_connections", peer=host)
                self.transport.abort()
                return
        self._arm(self.silent_s_max)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._leave()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came; whatever is unfinished after them has until its deadline."""
        self._bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            self._disarm()
        elif self.transport.get_protocol() is not self:
            self._leave()  # from now on it is a socket's, which has its own limits
        elif self._part == _HEAD and self._bytes > HEAD_BYTES_MAX:
            self._refuse(431, "headers_too_large", "The head of the request has no end.")
        elif self._part != self._watched:
            self._watch()

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._part, self._watched = _HEAD, ""
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole; the body follows."""
        super().on_headers_complete()
        self._part = _BODY

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._part = _NOTHING
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is a problem as well."""
        self._refuse(400, "bad_http", msg)

    def pause_writing(self) -> None:
        """The client's side is full."""
        super().pause_writing()
        self._unread_timer = self.loop.call_later(self.unread_s_max, self._drop_unread)

    def resume_writing(self) -> None:
        """The client reads again."""
        self._disarm_unread()
        super().resume_writing()

    def _watch(self) -> None:
        self._disarm()
        self._watched = self._part
        self._bytes = 0
        if self._part == _HEAD:
            self._arm(self.head_s_max)
        elif self._part == _BODY:
            self._arm(self.body_s)

    def _arm(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self._out_of_time)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _disarm_unread(self) -> None:
        if self._unread_timer is not None:
            self._unread_timer.cancel()
            self._unread_timer = None

    def _leave(self) -> None:
        self._disarm()
        self._disarm_unread()
        self._forget_peer()

    def _out_of_time(self) -> None:
        self._timer = None
        if self.transport.is_closing():
            return
        if self._part == _NOTHING:
            self.transport.close()
        elif self._part == _BODY and self._is_fast_enough():
            self._bytes = 0
            self._arm(self.body_s)
        else:
            self._refuse(408, "too_slow", "The request came too slowly.")

    def _is_fast_enough(self) -> bool:
        """What we do not read is not the client's fault."""
        return self.flow.read_paused or self._bytes >= self.body_s * BODY_BYTES_PER_S_MIN

    def _refuse(self, status: int, code: str, detail: str) -> None:
        """Answer where this request is the next one to be answered, and close."""
        self._disarm()
        if self._may_answer():
            answer = problem(status, code, detail)
            head = [f"HTTP/1.1 {status} {code}".encode(), b"connection: close"]
            head += [name + b": " + value for name, value in answer.raw_headers]
            self.transport.write(b"\r\n".join([*head, b"", bytes(answer.body)]))
        self.transport.close()

    def _may_answer(self) -> bool:
        cycle: Any = self.cycle
        if self._part == _BODY:
            return cycle is not None and not cycle.response_started and not self.pipeline
        return cycle is None or cycle.response_complete

    def _drop_unread(self) -> None:
        self._unread_timer = None
        self.transport.abort()

    def _forget_peer(self) -> None:
        if self._peer is not None:
            self.peers[self._peer] -= 1
            if self.peers[self._peer] <= 0:
                del self.peers[self._peer]
            self._peer = None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
