"""Servers under measurement, each a process of its own: no client takes part of their core."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import httpx

START_S_MAX: Final = 60.0
STOP_S_MAX: Final = 10.0
ASK_EVERY_S: Final = 0.05


class DidNotStart(Exception):  # noqa: N818  (told to people as it is)
    """A server under measurement ended, or never listened."""


@asynccontextmanager
async def serving(module: str, *arguments: str) -> AsyncGenerator[int]:
    """`python -m module PORT …` until the end of the block; the port on which it listens."""
    port = free_port()
    async with running(port, "-m", module, str(port), *arguments):
        yield port


@asynccontextmanager
async def running(port: int, *arguments: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    """A Python of its own that listens on a port, until the end of the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await listening(port, process)
        yield process
    finally:
        await end(process)


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def listening(port: int, process: asyncio.subprocess.Process) -> None:
    """Wait until it answers; DidNotStart when the process is gone or never does.

    A node takes its port before its database: who only connects is early.
    """
    async with (
        asyncio.timeout(START_S_MAX),
        httpx.AsyncClient(timeout=START_S_MAX, trust_env=False) as http,
    ):
        while True:
            if process.returncode is not None:
                raise DidNotStart(f"ended with {process.returncode}")
            with contextlib.suppress(httpx.TransportError):
                await http.get(f"http://127.0.0.1:{port}/livez")
                return
            await asyncio.sleep(ASK_EVERY_S)


async def end(process: asyncio.subprocess.Process) -> None:
    """Ask it to stop; kill it when it does not."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(STOP_S_MAX):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
