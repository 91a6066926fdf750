"""The websocket seam under uvicorn: doors by path, origins, sizes, goodbyes."""

import asyncio
import contextlib
import http
import socket as sockets
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
import websockets
from websockets.asyncio.client import connect

from beaconfire_contracts.feed import CloseCode
from beaconfire_platform.web.socket import (
    FRAMES_MAX,
    MESSAGE_BYTES_MAX,
    Handshake,
    NoEntry,
    Opening,
    Session,
    Socket,
    protocol_for,
)


class Echo(Session):
    """Says again what it hears."""

    def __init__(self, socket: Socket, ended: asyncio.Event) -> None:
        self._socket = socket
        self._ended = ended

    def heard(self, text: str) -> None:
        if text == "bye":
            self._socket.close(4000, "bye")
        elif text == "bytes":
            self._socket.send_binary(b"\x00\x01")
        else:
            self._socket.send_text(text.encode())

    def closed(self) -> None:
        self._ended.set()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    del receive
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
async def ended() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def host(ended: asyncio.Event) -> AsyncGenerator[str]:
    async def accept(handshake: Handshake) -> Opening | NoEntry:
        if "secret" not in handshake.subprotocols:
            return NoEntry(http.HTTPStatus.UNAUTHORIZED, "no_secret")
        return Opening("echo", lambda socket: Echo(socket, ended))

    async def broken(_handshake: Handshake) -> Opening | NoEntry:
        raise RuntimeError("a bug behind the door")

    doors = {"/echo": accept, "/broken": broken}
    config = uvicorn.Config(
        _nothing, ws=protocol_for(doors), lifespan="off", log_config=None,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = _Server(config)
    with sockets.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110  (uvicorn has no event)
            await asyncio.sleep(0.01)
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


def opening(host: str, path: str = "/echo", *asked: str, origin: str | None = None) -> Any:
    return connect(
        f"ws://{host}{path}",
        subprotocols=[websockets.Subprotocol(one) for one in asked or ("echo", "secret")],
        origin=None if origin is None else websockets.Origin(origin),
        proxy=None,
    )


async def test_what_is_said_is_heard_and_answered(host: str, ended: asyncio.Event) -> None:
    async with opening(host) as client:
        assert client.subprotocol == "echo"
        await client.send("烽火")
        assert await client.recv() == "烽火"
        await client.send("bytes")
        assert await client.recv() == b"\x00\x01"
    async with asyncio.timeout(5):
        await ended.wait()


@pytest.mark.parametrize(
    ("path", "asked", "origin", "status"),
    [
        ("/nowhere", (), None, 404),
        ("/echo", ("echo",), None, 401),
        ("/echo", (), "http://evil.example", 403),
        ("/broken", (), None, 503),
    ],
)
async def test_a_closed_door_says_why_before_anything_is_open(
    host: str, path: str, asked: tuple[str, ...], origin: str | None, status: int
) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        await opening(host, path, *asked, origin=origin)
    assert refused.value.response.status_code == status


async def test_a_page_of_our_own_origin_comes_in(host: str) -> None:
    async with opening(host, origin=f"http://{host}") as client:
        await client.send("x")
        assert await client.recv() == "x"


async def test_a_message_in_parts_is_one_message(host: str) -> None:
    async with opening(host) as client:
        await client.send(iter(["one ", "and ", "two"]))
        assert await client.recv() == "one and two"


async def test_too_long_a_message_ends_it(host: str) -> None:
    async with opening(host) as client:
        await client.send("x" * (MESSAGE_BYTES_MAX + 1))
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await client.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


async def test_binary_is_not_spoken_here(host: str) -> None:
    async with opening(host) as client:
        await client.send(b"\x00")
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await client.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1003


@pytest.mark.parametrize("kind", ["message", "ping"])
async def test_a_flood_ends_it(host: str, kind: str) -> None:
    async with opening(host) as client:
        with contextlib.suppress(websockets.ConnectionClosed):
            for _ in range(FRAMES_MAX + 1):
                await (client.send("again") if kind == "message" else client.ping())
            async for _ in client:  # what comes back is read: the goodbye stands behind it
                pass
        await asyncio.wait_for(client.wait_closed(), 5)

    assert client.close_code == CloseCode.TOO_MANY


async def test_our_goodbye_has_a_code_and_a_reason(host: str) -> None:
    async with opening(host) as client:
        await client.send("bye")
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await client.recv()
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4000, "bye")


async def test_a_dropped_connection_is_noticed(host: str, ended: asyncio.Event) -> None:
    client = await opening(host)
    client.transport.abort()
    async with asyncio.timeout(5):
        await ended.wait()
