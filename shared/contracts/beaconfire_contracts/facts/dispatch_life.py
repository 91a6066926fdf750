"""What dispatch tells of an order's life beyond its steps: who is late, what was raised."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.registry import fact
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.vocabulary import OverdueMatter


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AssignmentLate:
    """The unit has not arrived though its expected arrival is past by more than allowed (迟到)."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    eta_at: datetime
    noticed_at: datetime


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class RaisedToSuperior:
    """Something stayed overdue, so the shift leader has it, once (提级)."""

    incident_id: IncidentId
    matter: OverdueMatter
    raised_at: datetime
    assignment_id: AssignmentId
    unit_id: UnitId
