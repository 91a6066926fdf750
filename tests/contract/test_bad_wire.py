"""Bad input below JSON: bytes that are no request, slow clients, sockets that misbehave."""

import json
import socket
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from beaconfire_contracts.feed import SUBPROTOCOL, CloseCode
from beaconfire_platform.web.wire import HEAD_S_MAX
from beaconfire_testkit.node import PATIENCE_S, NodeFolder, NodeProcess

pytestmark = pytest.mark.usefixtures("unharmed")

HOST = b"Host: localhost\r\n"
SLOW_S_MAX = 15.0


@dataclass
class Doors:
    """The node's HTTP and feed as one person reaches them."""

    node: NodeProcess
    http: httpx.Client

    def admission(self) -> str:
        """What opens one socket once."""
        return self.http.post("/v1/feed/ticket", json={}).json()["ticket"]

    def feed(
        self, *subprotocols: str, query: str = "", origin: str | None = None
    ) -> ClientConnection:
        """One socket, opened with these subprotocols."""
        return connect(
            f"ws://127.0.0.1:{self.node.port}/v1/feed{query}",
            subprotocols=[Subprotocol(one) for one in subprotocols],
            origin=None if origin is None else Origin(origin), proxy=None, compression=None,
        )  # fmt: skip


@pytest.fixture(scope="module")
def doors(folder: NodeFolder, node: NodeProcess) -> Generator[Doors]:
    headers = {"Authorization": f"Bearer {folder.token('lena')}"}
    with httpx.Client(
        base_url=node.origin, headers=headers, timeout=PATIENCE_S, trust_env=False
    ) as http:
        yield Doors(node, http)


def _said(node: NodeProcess, *parts: bytes, pause_s: float = 0.0) -> bytes:
    with socket.create_connection(("127.0.0.1", node.port), SLOW_S_MAX) as wire:
        answer = b""
        try:
            for part in parts:
                wire.sendall(part)
                time.sleep(pause_s)
            while received := wire.recv(65_536):
                answer += received
        except ConnectionError:
            pass  # it was cut off: what came before counts
    return answer


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        (b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", 400),
        (b"GET /livez HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n", 400),
        (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET /livez HTTP/1.1\r\n" + HOST + b"X: " + b"y" * 100_000 + b"\r\n\r\n", 431),
        (b"GET /livez HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 2_000 + b"\r\n", 431),
        (b"TRACE /livez HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n", 405),
        (b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"BREW /livez HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (
            b"POST /v1/session HTTP/1.1\r\n" + HOST
            + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
        ),
        (b"POST /v1/session HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999\r\n\r\n", 413),
        (b"GET /livez\r\n\r\n", 400),
        (b"GET http://[ HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    ],
)  # fmt: skip
def test_a_request_that_is_none_is_refused_as_a_problem(
    node: NodeProcess, request_bytes: bytes, status: int
) -> None:
    began = time.monotonic()

    answer = _said(node, request_bytes)

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split()[1] == str(status).encode(), answer[:300]
    assert b"application/problem+json" in head
    assert b'"code":"' in body
    assert b"TRACE" not in body
    assert time.monotonic() - began < HEAD_S_MAX


def test_whoever_is_slow_is_let_go_and_nobody_waits_for_them(node: NodeProcess) -> None:
    post = b"POST /v1/public/reports HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
    long = post + b"Content-Length: 1000\r\n\r\n"

    def timed(parts: tuple[bytes, ...], pause_s: float) -> tuple[bytes, float]:
        began = time.monotonic()
        return _said(node, *parts, pause_s=pause_s), time.monotonic() - began

    with ThreadPoolExecutor(60) as threads:
        head = threads.submit(timed, (b"GET / HT",), 0)
        body = threads.submit(timed, (long, b"{"), 0)
        trickle = threads.submit(timed, (long, *([b" "] * 13)), 1.0)
        crowd = [threads.submit(timed, (b"GET / HT",), 0) for _ in range(50)]
        time.sleep(1)
        assert node.get("/livez").elapsed.total_seconds() < HEAD_S_MAX - 1

        answers = [one.result() for one in (head, body, trickle, *crowd)]

    assert all(took_s < SLOW_S_MAX for _, took_s in answers)
    assert all(b"408" in answer[:20] or answer == b"" for answer, _ in answers)
    assert json.loads(body.result()[0].partition(b"\r\n\r\n")[2])["code"] == "too_slow"


def test_whoever_hangs_up_half_way_leaves_nothing_behind(node: NodeProcess) -> None:
    head = b"POST /v1/public/reports HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
    heard = len(node.lines)

    for part in (b"Content-Length: 1000\r\n\r\n{", b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"):
        with socket.create_connection(("127.0.0.1", node.port), SLOW_S_MAX) as wire:
            wire.sendall(head + part)
            time.sleep(0.2)
    time.sleep(0.3)

    assert not [one for one in node.lines[heard:] if "disconnect" in one.lower() or "Trace" in one]


def test_what_opens_a_socket_opens_it_once(doors: Doors) -> None:
    admission = doors.admission()

    with doors.feed(SUBPROTOCOL, admission) as first:
        assert first.subprotocol == SUBPROTOCOL
        with pytest.raises(InvalidStatus) as refused:
            doors.feed(SUBPROTOCOL, admission)

    assert refused.value.response.status_code == 401


def test_whoever_was_not_admitted_opens_no_socket(doors: Doors) -> None:
    for subprotocols, query, origin, status in (
        ((SUBPROTOCOL,), "", None, 400),
        ((SUBPROTOCOL,), f"?ticket={doors.admission()}", None, 400),
        ((SUBPROTOCOL, "bfw_forged"), "", None, 401),
        ((SUBPROTOCOL, "x" * 5_000), "", None, 401),
        ((SUBPROTOCOL, doors.admission()), "", "https://evil.example", 403),
        ((SUBPROTOCOL, doors.admission()), "", "null", 403),
    ):
        with pytest.raises(InvalidStatus) as refused:
            doors.feed(*subprotocols, query=query, origin=origin)
        assert refused.value.response.status_code == status


@pytest.mark.parametrize(
    "frame",
    ["", "nonsense", "[]", "null", '{"t":"nonsense"}', '{"t":"resync"}', '{"t":1}',
     "[" * 16_000, '{"t":"subscribe","t":"resync"', '{"t":"\\u0000"}'],
)  # fmt: skip
def test_a_frame_that_is_none_closes_the_socket_with_its_reason(doors: Doors, frame: str) -> None:
    with doors.feed(SUBPROTOCOL, doors.admission()) as feed:
        feed.send(frame)

        assert _closed(feed) == CloseCode.BAD_FRAME


@pytest.mark.parametrize(
    ("message", "code"), [("x" * 70_000, 1009), (b"\x00\x01", 1003), (b"", 1003)]
)
def test_what_is_no_message_of_ours_closes_the_socket(
    doors: Doors, message: str | bytes, code: int
) -> None:
    with doors.feed(SUBPROTOCOL, doors.admission()) as feed:
        feed.send(message)

        assert _closed(feed) == code


def test_a_flood_of_frames_closes_the_socket(doors: Doors) -> None:
    with doors.feed(SUBPROTOCOL, doors.admission()) as asking:
        asking.send('{"t":"subscribe"}')
        for _ in range(1_000):
            try:
                asking.send('{"t":"resync"}')
            except ConnectionClosed:
                break
        assert _closed(asking) == CloseCode.TOO_MANY
    with doors.feed(SUBPROTOCOL, doors.admission()) as pinging:
        for _ in range(1_000):
            try:
                pinging.ping()
            except ConnectionClosed:
                break
        assert _closed(pinging) == CloseCode.TOO_MANY


def test_a_forged_resume_begins_anew_and_never_silently_from_now(doors: Doors) -> None:
    for resume in ("forged", "0.0", "x" * 300, "\x00", "-1", "9" * 100):
        with doors.feed(SUBPROTOCOL, doors.admission()) as feed:
            feed.send(json.dumps({"t": "subscribe", "resume": resume}))
            assert json.loads(_first_text(feed))["t"] == "snapshot"


def _first_text(feed: ClientConnection) -> str:
    while True:
        message = feed.recv(timeout=5)
        if isinstance(message, str):
            return message


def _closed(feed: ClientConnection) -> int:
    """With which code the other side closed, after whatever it still said."""
    try:
        while True:
            feed.recv(timeout=5)
    except ConnectionClosed as closed:
        return 0 if closed.rcvd is None else closed.rcvd.code
