"""The lightest client that speaks HTTP/1.1: what is measured is the server, not httpx."""

import asyncio
from dataclasses import dataclass

HEAD_BYTES_MAX = 16_384


@dataclass(slots=True)
class PlainClient:
    """One connection kept alive; one request at a time."""

    host: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    retry_after_s: float | None = None
    """How long the last answer asked us to wait before the next try."""

    @classmethod
    async def connect(cls, port: int) -> "PlainClient":
        """A connection to a server of this machine."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=HEAD_BYTES_MAX)
        return cls(f"127.0.0.1:{port}", reader, writer)

    async def post(self, path: str, body: bytes, headers: str = "") -> tuple[int, bytes]:
        """Status and body of the answer to a POST of JSON."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n{headers}\r\n"
        )
        self.writer.write(head.encode() + body)
        answered = await self.reader.readuntil(b"\r\n\r\n")
        status, _, rest = answered.partition(b"\r\n")
        length, self.retry_after_s = 0, None
        for line in rest.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif name.lower() == b"retry-after":
                self.retry_after_s = float(value)
        return int(status.split()[1]), await self.reader.readexactly(length)

    async def close(self) -> None:
        """Hang up."""
        self.writer.close()
        await self.writer.wait_closed()
