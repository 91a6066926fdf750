"""Gateways send every second of their units, and accept no answer but that all was taken."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from beaconfire.bench.drawn import Sent
from beaconfire.bench.fleet import Fleet
from beaconfire.bench.gateways import NotTaken, send_all


async def until_blank(reader: asyncio.StreamReader) -> bytes:
    """A request's head; nothing where the other side hung up."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


@asynccontextmanager
async def answering(less: int = 0) -> AsyncGenerator[tuple[int, list[int]]]:
    """A server that counts fixes, and says that it took so many fewer."""
    counted: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await until_blank(reader):
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            counted.append(len(json.loads(await reader.readexactly(length))["fixes"]))
            body = json.dumps({"received": counted[-1] - less}).encode()
            writer.write(b"HTTP/1.1 202 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], counted


async def test_all_seconds_of_all_gateways_go_out_and_when_is_noted() -> None:
    fleet = Fleet.of(600)
    sent = Sent.of(fleet, 2)

    async with answering() as (port, counted):
        fixes = await send_all(port, "", fleet, sent, asyncio.get_running_loop().time)

    assert fixes == sum(counted) == 1_200
    assert sorted(counted) == [100, 100, 500, 500]
    assert not np.isnan(sent.at).any()


async def test_a_batch_of_which_a_part_is_refused_ends_the_run() -> None:
    fleet = Fleet.of(5)

    async with answering(less=1) as (port, _):
        with pytest.raises(ExceptionGroup) as found:
            await send_all(port, "", fleet, Sent.of(fleet, 1), asyncio.get_running_loop().time)

    assert found.group_contains(NotTaken)
