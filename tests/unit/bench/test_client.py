"""The bench's client against a server that answers what it was sent."""

import asyncio
import contextlib

from beaconfire.bench.client import PlainClient


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(asyncio.IncompleteReadError):
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length) + (b" seen" if b"X-Key: 7" in head else b"")
            asked = b"Retry-After: 2\r\n" if b"X-Key: 7" in head else b""
            writer.write(
                b"HTTP/1.1 201 Created\r\n%scontent-length: %d\r\n\r\n" % (asked, len(body)) + body
            )
    writer.close()


async def test_one_connection_carries_one_request_after_another() -> None:
    server = await asyncio.start_server(_echo, "127.0.0.1", 0)
    client = await PlainClient.connect(server.sockets[0].getsockname()[1])

    assert await client.post("/", b"{}") == (201, b"{}")
    assert client.retry_after_s is None
    assert await client.post("/", b"[1]", "X-Key: 7\r\n") == (201, b"[1] seen")
    assert client.retry_after_s == 2

    await client.close()
    server.close()
