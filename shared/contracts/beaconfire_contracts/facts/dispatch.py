"""What dispatch tells: units, recommendations, assignments and tasks."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.registry import fact
from beaconfire_contracts.ids import (
    AssignmentId,
    BodyId,
    HospitalId,
    IncidentId,
    PersonId,
    RecommendationId,
    ResponseId,
    StationId,
    TaskId,
    UnitId,
)
from beaconfire_contracts.needs import Need, ProposedUnit, RunCardNamed
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import (
    AssignmentStatus,
    DutyPart,
    PolicyMode,
    PrimaryStatus,
    StatusSource,
    TaskFinding,
    TaskKind,
    TaskState,
    UnitKind,
    UnitStatus,
)


@fact("dispatch", key="station_id")
@dataclass(frozen=True, slots=True)
class StationRegistered:
    """A fixed place from which units respond is known."""

    station_id: StationId
    code: str
    name_zh: str
    name_en: str
    body: BodyId
    point: Point
    division: str


@fact("dispatch", key="hospital_id")
@dataclass(frozen=True, slots=True)
class HospitalRegistered:
    """A hospital that takes patients is known."""

    hospital_id: HospitalId
    code: str
    name_zh: str
    name_en: str
    point: Point


@fact("dispatch", key="unit_id")
@dataclass(frozen=True, slots=True)
class UnitRegistered:
    """A unit can be dispatched from now on."""

    unit_id: UnitId
    call_sign: str
    kind: UnitKind
    body: BodyId
    station_id: StationId
    capabilities: tuple[str, ...]
    division: str
    status: UnitStatus
    primary: PrimaryStatus


@fact("dispatch", key="unit_id")
@dataclass(frozen=True, slots=True)
class UnitStatusChanged:
    """A unit does something else now; `since` is when, as told, and gaps are flagged."""

    unit_id: UnitId
    status: UnitStatus
    primary: PrimaryStatus
    since: datetime
    source: StatusSource
    incident_id: IncidentId | None = None
    assignment_id: AssignmentId | None = None
    reason: str | None = None
    gaps: tuple[UnitStatus, ...] = ()


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class ResponseOpened:
    """An agency's answer to the incident began: its targets and what its alarm level asks for."""

    incident_id: IncidentId
    response_id: ResponseId
    opened_at: datetime
    target_at: datetime
    needs: tuple[Need, ...]
    mode: PolicyMode
    alarm_level: int = 1
    run_card: RunCardNamed | None = None


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class NextAlarmStruck:
    """A higher alarm was struck: all that the incident asks for from now on (增援)."""

    incident_id: IncidentId
    response_id: ResponseId
    level: int
    needs: tuple[Need, ...]
    struck_at: datetime
    run_card: RunCardNamed | None = None


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class RecommendationMade:
    """The proposed units changed; nobody is sent by it."""

    incident_id: IncidentId
    recommendation_id: RecommendationId
    units: tuple[ProposedUnit, ...]
    short: tuple[Need, ...]
    made_at: datetime


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class ResponseEnded:
    """The agency's answer to the incident ended."""

    incident_id: IncidentId
    response_id: ResponseId
    ended_at: datetime


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AssignmentDispatched:
    """A unit was ordered to the incident; its fence makes older orders void."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    fence: int
    dispatched_at: datetime
    eta_at: datetime | None
    acknowledge_by: datetime
    recommendation_id: RecommendationId | None = None
    is_automatic: bool = False
    turned_from: IncidentId | None = None
    """The incident that its crew was on its way to until now."""


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AssignmentAcknowledged:
    """The crew took the order."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    occurred_at: datetime
    source: StatusSource
    gaps: tuple[AssignmentStatus, ...] = ()
    told_at: datetime | None = None


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AssignmentEnRoute:
    """The unit is moving to the incident."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    occurred_at: datetime
    source: StatusSource
    gaps: tuple[AssignmentStatus, ...] = ()
    told_at: datetime | None = None


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AssignmentOnScene:
    """The unit arrived at the incident."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    occurred_at: datetime
    source: StatusSource
    gaps: tuple[AssignmentStatus, ...] = ()
    told_at: datetime | None = None


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AssignmentTransporting:
    """The unit is taking somebody to a hospital."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    occurred_at: datetime
    source: StatusSource
    hospital_id: HospitalId | None = None
    gaps: tuple[AssignmentStatus, ...] = ()
    told_at: datetime | None = None


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AssignmentAtHospital:
    """The unit is at the hospital, handing over."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    occurred_at: datetime
    source: StatusSource
    gaps: tuple[AssignmentStatus, ...] = ()
    told_at: datetime | None = None


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AssignmentCleared:
    """The unit's work on the incident ended."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    occurred_at: datetime
    source: StatusSource
    gaps: tuple[AssignmentStatus, ...] = ()
    told_at: datetime | None = None


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AssignmentRefused:
    """The crew cannot take the order; the reason is a code."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    occurred_at: datetime
    source: StatusSource
    reason: str
    told_at: datetime | None = None


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AssignmentCancelled:
    """The order was taken back by a desk, a closing or a merge."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    occurred_at: datetime
    source: StatusSource
    reason: str
    told_at: datetime | None = None


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AssignmentRehomed:
    """A merge or a split moved an assignment to this incident."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    from_incident_id: IncidentId
    status: AssignmentStatus
    fence: int
    dispatched_at: datetime
    version: int | None = None


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AssignmentMovedAway:
    """A merge or a split moved an assignment away from this incident."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    to_incident_id: IncidentId


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AssignmentRedirected:
    """The incident's place moved: the unit's crew has a new address to acknowledge (改址)."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    redirected_at: datetime
    eta_at: datetime | None


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class RedirectionAcknowledged:
    """The crew knows the new address (新地址已确认)."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    occurred_at: datetime
    source: StatusSource


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class RecallRequested:
    """An order that has left is called back; it holds until the crew says so."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    requested_at: datetime
    reason: str = "desk_recalled"


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class RecallAcknowledged:
    """The crew heard the recall."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    occurred_at: datetime


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class Reminded:
    """Nobody acknowledged in time, so the crew was reminded, once (催办)."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    reminded_at: datetime


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class Reassigned:
    """Nobody acknowledged after the reminder, so another unit or the desk has it (改派)."""

    incident_id: IncidentId
    assignment_id: AssignmentId
    unit_id: UnitId
    reassigned_at: datetime
    to_assignment_id: AssignmentId | None = None
    to_unit_id: UnitId | None = None


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class TaskOffered:
    """A grid worker or a body is asked to do something; `place` lies outside the stand-off."""

    incident_id: IncidentId
    task_id: TaskId
    kind: TaskKind
    person_id: PersonId | None
    body: BodyId | None
    stand_off_m: float
    offered_at: datetime
    due_at: datetime
    part: DutyPart | None = None
    accept_by: datetime | None = None
    place: Point | None = None


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class TaskStateChanged:
    """A task went a step on; a `cannot` carries a reason code, a `done` what was found."""

    incident_id: IncidentId
    task_id: TaskId
    state: TaskState
    occurred_at: datetime
    reason: str | None = None
    finding: TaskFinding | None = None
