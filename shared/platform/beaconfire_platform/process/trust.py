"""Whom our clients believe: to read every authority there is takes a twentieth of a second."""

import ssl
from typing import Final

_NOBODY: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Where nothing is encrypted nobody is asked who they are; a server that is would be refused."""


def trust_for(origin: str) -> ssl.SSLContext | bool:
    """What `verify` of an HTTP client of this origin is: all known authorities for TLS alone."""
    return True if origin.lower().startswith("https:") else _NOBODY
