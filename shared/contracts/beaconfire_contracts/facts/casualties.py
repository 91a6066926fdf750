"""What dispatch tells where many are hurt: how many, who is taken where, which beds there are."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.registry import fact
from beaconfire_contracts.ids import AssignmentId, HospitalId, IncidentId, UnitId


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class CasualtiesCounted:
    """How many are hurt by triage class, as is known now; it replaces what was counted before."""

    incident_id: IncidentId
    immediate: int
    delayed: int
    minor: int
    dead: int
    counted_at: datetime


@fact("dispatch", key="hospital_id")
@dataclass(frozen=True, slots=True)
class BedsReported:
    """How many more patients a hospital takes, as it says itself (可用床位)."""

    hospital_id: HospitalId
    beds_free: int
    reported_at: datetime


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class DestinationProposed:
    """A bed is kept at a hospital for whoever this unit carries (送医指引)."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    hospital_id: HospitalId
    travel_time_s: float | None
    proposed_at: datetime


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class DestinationReleased:
    """The bed is kept no longer: handed over, or not needed (床位释放)."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    hospital_id: HospitalId
    is_handed_over: bool
    released_at: datetime
