"""A server of the bench runs as long as its block, and no longer."""

import asyncio
from pathlib import Path

import pytest

from beaconfire.bench.servers import DidNotStart, free_port, running, serving

SERVE = (
    "import http.server,sys;"
    "http.server.HTTPServer(('127.0.0.1',int(sys.argv[1])),"
    "http.server.SimpleHTTPRequestHandler).serve_forever()"
)
LATE = (
    "import http.server,sys,time;"
    "one=http.server.HTTPServer(('127.0.0.1',int(sys.argv[1])),"
    "http.server.SimpleHTTPRequestHandler);time.sleep(0.3);open('ready','w');one.serve_forever()"
)
"""Takes its port at once, and answers only when it is ready."""


async def test_it_listens_within_its_block_and_is_gone_after_it() -> None:
    port = free_port()

    async with running(port, "-c", SERVE, str(port)):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_server_that_took_its_port_is_waited_for_until_it_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    port = free_port()

    async with running(port, "-c", LATE, str(port)):
        assert (tmp_path / "ready").exists()


async def test_a_server_that_ends_at_once_is_told() -> None:
    with pytest.raises(DidNotStart, match="ended with"):
        async with serving("this.module.is.not.there"):
            pass
