"""Serving on one port: uvicorn with uvloop and httptools, stopped by us and not by its signals."""

import contextlib
from collections.abc import Generator, Mapping

import uvicorn
from starlette.types import ASGIApp

from beaconfire_platform.process.listening import Port
from beaconfire_platform.web.socket import Accept, protocol_for
from beaconfire_platform.web.wire import WireProtocol

GRACEFUL_S = 2
"""A request may take this long to end when the node stops; Ctrl-C stops in three seconds."""


class Server(uvicorn.Server):
    """uvicorn's server without its signal handlers: the node has its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals alone."""
        yield


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
