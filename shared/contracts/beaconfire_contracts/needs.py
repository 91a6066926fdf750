"""What incidents ask for and who is proposed for it: the values that dispatch's facts carry."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.ids import AssignmentId, BodyId, IncidentId, UnitId


@dataclass(frozen=True, slots=True)
class Need:
    """One line of a run card: so many units with this capability, or with one of its alternatives.

    Lines that name the same group are filled all together or not at all.
    """

    capability: str
    count: int
    alternatives: tuple[str, ...] = ()
    group: str | None = None


@dataclass(frozen=True, slots=True)
class RunCardNamed:
    """Which card was followed: the body's, in which version, for which area and type (所依方案)."""

    body: BodyId | None
    version: int
    area: str | None
    type: str


@dataclass(frozen=True, slots=True)
class ProposedUnit:
    """One proposed unit with its times on the road."""

    unit_id: UnitId
    capability: str
    travel_time_s: float
    eta_at: datetime
    turned_from: IncidentId | None = None
    """The incident that it is on its way to, and would be turned round from."""
    replaces: AssignmentId | None = None
    """The order of this incident whose crew is needed no more once it is sent."""
