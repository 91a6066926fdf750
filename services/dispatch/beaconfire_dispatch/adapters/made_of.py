"""What a decision was made of beside its picture: whose roads, which engine, which solver."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from beaconfire_dispatch.adapters.roads import Roads

ENGINE: Final = f"beaconfire {version('beaconfire')}"
SOLVER: Final = f"scipy {version('scipy')}"


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


def made_of(roads: Roads) -> MadeOf:
    """As it is at this moment."""
    return MadeOf(roads.sha256, roads.closures, roads.method)
