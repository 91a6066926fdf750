"""What dispatch tells of an order's life beyond its steps: late, raised, begun without an order."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.registry import fact
from beaconfire_contracts.ids import AssignmentId, BodyId, IncidentId, ReportId, UnitId
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import OverdueMatter, StatusSource


@dataclass(frozen=True, slots=True)
class OnViewOpening:
    """What a crew came upon that nobody knew of: what it is, where, who receives it (到场上报)."""

    report_id: ReportId
    body: BodyId
    type: str | None
    point: Point | None


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


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class OnViewed:
    """A crew stands at something and begins by itself, without an order (自行到场).

    With `opening` nobody knew of it yet: the incident is opened under the id that is told here.
    `told_at` is when it was heard of; what it opens is open since then.
    """

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    fence: int
    occurred_at: datetime
    told_at: datetime
    source: StatusSource
    opening: OnViewOpening | None = None
