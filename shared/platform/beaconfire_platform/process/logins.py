"""How a service reaches the database."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Login:
    """How a service reaches the database: as itself, or on a login that may take its role."""

    dsn: str
    role: str | None = None


LoginOf = Callable[[str], Login]


def role_of(service: str) -> str:
    """The login role of a service."""
    return f"beaconfire_{service}"
