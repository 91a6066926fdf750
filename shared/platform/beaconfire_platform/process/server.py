"""Serving on one port: uvicorn with uvloop and httptools, stopped by us and not by its signals."""

import contextlib
import socket
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from beaconfire_platform.process.cannot_start import CannotStart
from beaconfire_platform.web.socket import Accept, protocol_for
from beaconfire_platform.web.wire import WireProtocol

GRACEFUL_S = 2
"""A request may take this long to end when the node stops; Ctrl-C stops in three seconds."""


@dataclass(frozen=True, slots=True)
class Port:
    """Where a process listens, and how: TLS of its own, or behind a proxy that speaks it."""

    host: str
    port: int
    tls_cert: Path | None = None
    tls_key: Path | None = None
    behind_proxy: bool = False
    called: str = "--port"
    """The setting by which people choose the port."""


class Server(uvicorn.Server):
    """uvicorn's server without its signal handlers: the node has its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals alone."""
        yield


def listen(at: Port) -> socket.socket:
    """The listening socket; CannotStart when the port is taken."""
    family = socket.AF_INET6 if ":" in at.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((at.host, at.port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise CannotStart(
            f"port {at.port} on {at.host} cannot be used ({error.strerror}): "
            f"stop what uses it, or choose another with {at.called}"
        ) from error
    listener.setblocking(False)
    return listener


def server_for(app: ASGIApp, at: Port, doors: Mapping[str, Accept]) -> Server:
    """A server of `app` and of websocket doors by path, not yet serving."""
    config = uvicorn.Config(
        app,
        http=WireProtocol,
        ws=protocol_for(doors),
        loop="uvloop",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=at.behind_proxy,
        timeout_graceful_shutdown=GRACEFUL_S,
        timeout_keep_alive=30,
        backlog=512,
        ssl_certfile=None if at.tls_cert is None else str(at.tls_cert),
        ssl_keyfile=None if at.tls_key is None else str(at.tls_key),
    )
    return Server(config)
