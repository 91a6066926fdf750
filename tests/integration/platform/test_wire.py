"""HTTP on the wire: who is slow, endless, silent or too many is told so, or dropped, and soon."""

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, ClassVar

import pytest
import uvicorn

from beaconfire_platform.web.wire import HEAD_BYTES_MAX, WireProtocol

SLOW_S = 0.4
HOST = b"Host: localhost\r\n"


class _Short(WireProtocol):
    """The same with short deadlines."""

    head_s_max = SLOW_S
    body_s = SLOW_S
    silent_s_max = SLOW_S
    unread_s_max = SLOW_S


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def _reads_all(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the length of what it read; `/much` with more than anybody takes at once."""
    length = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length += len(message["body"])
        more = message["more_body"]
    body = b"x" * 64_000_000 if scope["path"] == "/much" else str(length).encode()
    head = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": body})


Speaks = Callable[..., Awaitable[bytes]]


@asynccontextmanager
async def _serving(protocol: type[WireProtocol]) -> AsyncGenerator[int]:
    config = uvicorn.Config(
        _reads_all, port=0, http=protocol, ws="none", lifespan="off", log_config=None
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (uvicorn has no event)
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    server.force_exit = True
    await task


@pytest.fixture
async def port() -> AsyncGenerator[int]:
    async with _serving(_Short) as found:
        yield found


async def _said(port: int, *parts: bytes, pause_s: float = 0.0) -> tuple[bytes, float]:
    """Send parts with pauses between, then read to the end; what came and how long it took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()
    for part in parts:
        with contextlib.suppress(ConnectionError):
            writer.write(part)
            await writer.drain()
        await asyncio.sleep(pause_s)
    answer = b""
    with contextlib.suppress(ConnectionError):
        answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer, time.monotonic() - began


def _problem(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head, answer[:300]
    assert b"connection: close" in head.lower()
    return int(head.split()[1]), json.loads(body)["code"]


async def test_a_head_that_never_ends_is_told_so_in_time(port: int) -> None:
    answer, took_s = await _said(port, b"GET / HTTP/1.1\r\n" + HOST)

    assert _problem(answer) == (408, "too_slow")
    assert SLOW_S * 0.9 < took_s < SLOW_S * 5


async def test_a_head_that_trickles_is_no_better(port: int) -> None:
    trickle = (b"GET / HTTP/1.1\r\n", *(b"X-A: b\r\n" for _ in range(8)))

    answer, _ = await _said(port, *trickle, pause_s=SLOW_S / 4)

    assert b"408" in answer[:20] or answer == b""


async def test_a_body_that_stops_or_trickles_is_told_so(port: int) -> None:
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1000\r\n\r\n"

    silent, _ = await _said(port, head, b"x")
    trickling, _ = await _said(port, head, *(b"x" for _ in range(8)), pause_s=SLOW_S / 4)

    assert _problem(silent) == (408, "too_slow")
    assert b"408" in trickling[:20] or trickling == b""


async def test_a_body_that_keeps_its_pace_may_take_longer_than_the_deadline(port: int) -> None:
    part = b"x" * 1_000
    head = b"POST / HTTP/1.1\r\nConnection: close\r\n" + HOST + b"Content-Length: 10000\r\n\r\n"

    answer, took_s = await _said(port, head, *([part] * 10), pause_s=SLOW_S / 5)

    assert answer.endswith(b"10000")
    assert took_s > SLOW_S * 1.5


async def test_whoever_says_nothing_is_let_go(port: int) -> None:
    answer, took_s = await _said(port)

    assert answer == b""
    assert took_s < SLOW_S * 5


async def test_an_endless_head_is_cut_off(port: int) -> None:
    answer, _ = await _said(
        port, b"GET / HTTP/1.1\r\n", b"X: " + b"y" * HEAD_BYTES_MAX, b"y" * HEAD_BYTES_MAX
    )

    assert answer == b"" or _problem(answer) == (431, "headers_too_large")


async def test_an_answer_that_nobody_takes_is_dropped(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
    writer.write(b"GET /much HTTP/1.1\r\n" + HOST + b"\r\n")
    await asyncio.sleep(SLOW_S * 4)

    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await reader.readexactly(64_000_000)
    writer.close()


@pytest.mark.parametrize(
    "request_bytes",
    [
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00", id="TLS on a plain port"),
        pytest.param(b"nonsense\r\n\r\n", id="no HTTP"),
        pytest.param(
            b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\nTransfer-Encoding: chunked"
            b"\r\n\r\n0\r\n\r\n",
            id="H1 both lengths",
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n", id="H3 negative"
        ),
        pytest.param(b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: +5\r\n\r\n", id="H3 plus"),
        pytest.param(b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5, 5\r\n\r\n", id="H3 two"),
        pytest.param(
            b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            id="a chunk without a length",
        ),
    ],
)
async def test_what_is_no_http_is_a_problem_too(port: int, request_bytes: bytes) -> None:
    answer, _ = await _said(port, request_bytes)

    assert _problem(answer) == (400, "bad_http")


async def test_whole_requests_are_answered_one_after_another_on_one_connection(port: int) -> None:
    one = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nabc"
    last = b"GET / HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n"

    answer, _ = await _said(port, one + one, one, last)

    assert answer.count(b"HTTP/1.1 200") == 4


async def test_one_peer_has_so_many_connections_and_gets_its_place_back() -> None:
    class Crowded(_Short):
        peers: ClassVar[Counter[str]] = Counter()
        per_peer_max = 2
        counts_loopback = True
        silent_s_max = 30.0

    async with _serving(Crowded) as port:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        request = b"GET / HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n"
        refused, _ = await _said(port, request)
        for _, writer in held:
            writer.close()
            await writer.wait_closed()
        await asyncio.sleep(0.05)
        admitted, _ = await _said(port, request)

        assert refused == b""
        assert admitted.startswith(b"HTTP/1.1 200")
        await asyncio.sleep(0.05)
        assert not Crowded.peers
