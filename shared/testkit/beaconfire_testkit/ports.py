"""Ports for servers that are killed and come back on the same port.

The kernel lends ports of its own range to whoever connects somewhere. A client that keeps knocking
at a dead server's port could be lent that very port and then talk to itself, so these lie outside
that range.
"""

import contextlib
import random
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Final

LENT: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
LENT_BY_DEFAULT: Final = (32_768, 60_999)
LOWEST: Final = 20_000
HIGHEST: Final = 65_000
TRIES_MAX: Final = 200

_choice = random.SystemRandom()
_claims: list[socket.socket] = []
"""The same numbers of UDP, used by nobody here: while this process lives, no other takes them."""


def lasting_ports(number: int) -> Sequence[int]:
    """Different ports on which nobody listens now and which the kernel lends to nobody.

    They are this process's own until it ends, also while its servers are dead.
    """
    first, last = lent_ports()
    fitting = [port for port in range(LOWEST, HIGHEST) if not first <= port <= last]
    found: list[int] = []
    for port in _choice.sample(fitting or range(LOWEST, HIGHEST), TRIES_MAX):
        if len(found) < number and is_free(port) and _claim(port):
            found.append(port)
    assert len(found) == number, f"{TRIES_MAX} ports tried, all taken"
    return found


def lent_ports() -> tuple[int, int]:
    """The first and the last port that the kernel lends."""
    with contextlib.suppress(OSError, ValueError):
        first, last = LENT.read_text().split()
        return int(first), int(last)
    return LENT_BY_DEFAULT


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _claim(port: int) -> bool:
    claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        claim.bind(("127.0.0.1", port))
    except OSError:
        claim.close()
        return False
    _claims.append(claim)
    return True
