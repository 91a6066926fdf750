"""What a decision was made of beside its picture: whose roads, which engine, which solver."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from typing import Final

from beaconfire_dispatch.adapters.roads import Roads

ENGINE: Final = f"beaconfire {version('beaconfire')}"
SOLVER: Final = f"scipy {version('scipy')}"
HASH_LENGTH: Final = 16
"""Hex digits that tell one set of closures from another: there are thousands at most."""


@dataclass(frozen=True, slots=True)
class MadeOf:
    """Versions of what decided, kept with the recommendation (决策依据)."""

    roads: str | None
    """SHA-256 of the road graph; None where times are of straight lines."""
    closures: int
    method: str
    """How road seconds were found."""
    engine: str = ENGINE
    solver: str = SOLVER
    closures_hash: str | None = None
    """Which closures: as many others are not the same. None where there are none."""


def made_of(roads: Roads) -> MadeOf:
    """As it is at this moment."""
    closed = roads.closed
    return MadeOf(roads.sha256, len(closed), roads.method, closures_hash=hash_of(closed))


def hash_of(closed: AbstractSet[str]) -> str | None:
    """The same for the same closures, whoever reckons it: SHA-256 over their ids in order, one a
    line, its first digits.
    """
    if not closed:
        return None
    return sha256("\n".join(sorted(closed)).encode()).hexdigest()[:HASH_LENGTH]
