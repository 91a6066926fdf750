"""What seeing a thing is decided on."""

from dataclasses import dataclass

from beaconfire_contracts.ids import BodyId


@dataclass(frozen=True, slots=True)
class Sight:
    """Where a thing lies, whose it is, who takes part in it now (可见依据)."""

    path: str | None
    owner: BodyId
    participants: frozenset[BodyId] = frozenset()
