"""Where a process listens: asked for long before there is anything to serve."""

import socket
from dataclasses import dataclass
from pathlib import Path

from beaconfire_platform.process.cannot_start import CannotStart


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
