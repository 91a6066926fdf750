"""Request and answer shapes of incident's routes."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from beaconfire_contracts.vocabulary import (
    CallEnding,
    Channel,
    Disposition,
    EventGrade,
    IncidentStatus,
    PlaceMethod,
)
from beaconfire_platform.web.fields import (
    WHOLE_MAX,
    Code,
    Flag,
    Id,
    Label,
    Moment,
    PositionIn,
    Prose,
    Strict,
)

Phone = Annotated[str, Field(strict=True, min_length=2, max_length=32, pattern=r"^[0-9+*#() .-]+$")]
Urgency = Annotated[int, Field(strict=True, ge=1, le=4)]
Version = Annotated[int, Field(strict=True, ge=1, le=WHOLE_MAX)]


class ReporterIn(Strict):
    """Who told it."""

    name: Label | None = None
    phone: Phone | None = None


class CallIn(Strict):
    """The call of a report."""

    id: Code
    answered_at: Moment
    callback: Phone | None = None
    recording_ref: Code | None = None


class ReportIn(Strict):
    """A report as told: almost everything may come later."""

    channel: Channel
    type: Code | None = None
    text: Prose = ""
    position: PositionIn | None = None
    position_method: PlaceMethod | None = None
    address: Label | None = None
    observed_at: Moment | None = None
    reporter: ReporterIn | None = None
    priority: Urgency | None = None
    call: CallIn | None = None
    voice_refs: Annotated[tuple[Code, ...], Field(max_length=10)] = ()


class PublicReportIn(Strict):
    """A citizen's report: no priority, no channel but the web."""

    type: Code | None = None
    text: Annotated[Prose, Field(min_length=2)]
    position: PositionIn | None = None
    address: Label | None = None
    reporter: ReporterIn | None = None


class AmendIn(Strict):
    """What is completed or corrected; what is left out stays."""

    type: Code | None = None
    text: Prose | None = None
    address: Label | None = None
    reporter: ReporterIn | None = None
    voice_refs: Annotated[tuple[Code, ...], Field(max_length=10)] | None = None


class LocateIn(Strict):
    """A position for a report, and by what means it is known."""

    position: PositionIn
    method: PlaceMethod


class EndIn(Strict):
    """How a call ended."""

    ended_at: Moment
    ended_how: CallEnding


class AttachIn(Strict):
    """The incident that a report is about."""

    incident_id: Id


class NoteIn(Strict):
    """A note."""

    text: Annotated[Prose, Field(min_length=1)]


class ReclassifyIn(Strict):
    """Type, priority and grade; what is left out stays."""

    type: Code | None = None
    priority: Urgency | None = None
    reason: Code | None = None
    grade: EventGrade | None = None
    version: Version | None = None


class RelocateIn(Strict):
    """A place, by what means, and whether somebody has confirmed it."""

    position: PositionIn
    method: PlaceMethod
    confirmed: Flag = False
    version: Version | None = None


class TakeIn(Strict):
    """Take it to one's own seat, at the version one saw."""

    version: Version | None = None


class PassIn(Strict):
    """Pass it to another seat."""

    seat: Id
    version: Version | None = None


class MergeIn(Strict):
    """Which incident it is merged into or split from."""

    into: Id
    version: Version | None = None


class CloseIn(Strict):
    """How it ended."""

    disposition: Disposition
    version: Version | None = None


class StepIn(Strict):
    """A step of its life at the version one saw: handled, verifying, reopened."""

    version: Version | None = None


class HoldIn(StepIn):
    """Why it waits, as a code, and until when."""

    reason: Code
    until: Moment | None = None


class VoidIn(StepIn):
    """Why it was no incident, as a code."""

    reason: Code


class CorrectionIn(Strict):
    """Which field of which entry of the record was wrong, and what it should say."""

    of_fact: Id
    field: Code
    was: Label | None = None
    now: Label
    reason: Code


class IncidentsAsked(BaseModel):
    """What a list of incidents is narrowed to."""

    model_config = ConfigDict(extra="forbid")

    status: IncidentStatus | None = None
    division: Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9._:-]+$")] | None = None
    type: Code | None = None
    priority: Annotated[int, Field(ge=1, le=4)] | None = None
    seat: Id | None = None
    since: Moment | None = None
    bbox: Annotated[str, Field(max_length=120)] | None = None
    cursor: Annotated[str, Field(pattern=r"^[0-9]{1,18}$")] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 100


class TimelineAsked(BaseModel):
    """Which page of a timeline."""

    model_config = ConfigDict(extra="forbid")

    cursor: Annotated[str, Field(pattern=r"^[0-9]{1,18}$")] | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 200


class CandidateOut(BaseModel):
    """An incident that a report may be about, and why."""

    incident_id: str
    number: int
    score: float
    reasons: dict[str, Any]


class ReceivedOut(BaseModel):
    """What became of a report."""

    report_id: str
    incident_id: str
    number: int
    attached: bool
    candidates: list[CandidateOut]
    version: int


class ReceivedWithCode(ReceivedOut):
    """The same with the tracking code, which is shown this once: a replay is without it."""

    tracking_code: str | None = None


class ReportOut(BaseModel):
    """A report with its words; who told it only where the incident is one's own seat's."""

    report_id: str
    incident_id: str
    channel: str
    type: str | None
    text: str
    position: dict[str, Any] | None
    address: str | None
    observed_at: datetime | None
    received_at: datetime
    attached: bool
    score: float | None
    call: dict[str, Any] | None
    reporter: dict[str, Any] | None
    reporter_masked: bool


class IncidentOut(BaseModel):
    """An incident as everybody who may see it sees it."""

    id: str
    number: int
    type: str | None
    incident_class: str | None
    priority: int
    priority_reason: str
    grade: str | None
    status: str
    phase: str
    place: dict[str, Any]
    """As it was told; `outside` when geo found no cell there, with the nearest one and how far."""
    label: str | None
    cell: str
    path: str
    layer_version: int | None
    owner: dict[str, Any]
    seat: str
    participations: list[dict[str, Any]]
    opened_at: datetime
    first_known_at: datetime
    closed_at: datetime | None
    disposition: str | None
    merged_into: str | None
    merged: list[str]
    reports: list[dict[str, Any]]
    assignments: list[dict[str, Any]]
    version: int


class IncidentPage(BaseModel):
    """A page of incidents, highest number first."""

    items: list[IncidentOut]
    next: str | None


class EntryOut(BaseModel):
    """One line of a timeline."""

    fact_id: str
    type: str
    told_at: datetime
    occurred_at: datetime | None
    actor: str
    seat: str | None
    data: dict[str, Any]
    text: str | None
    corrections: list[dict[str, Any]]


class TimelinePage(BaseModel):
    """A page of a timeline, oldest first."""

    items: list[EntryOut]
    next: str | None


class VersionOut(BaseModel):
    """The incident after a command: its version, so that one reads one's own writes."""

    incident_id: str
    number: int
    status: str
    version: int


class PublicReceivedOut(BaseModel):
    """What a citizen is told: that it was taken in, under which number, and how to follow it."""

    report_id: str
    number: int
    tracking_code: str | None = None


class CorrectionOut(VersionOut):
    """A correction's id beside it."""

    correction_id: str


class NoteOut(VersionOut):
    """A note's id beside it."""

    note_id: str


class TypeOut(BaseModel):
    """An incident type."""

    code: str
    name_zh: str
    name_en: str
    incident_class: str
    priority: int
    stand_off_m: int
    verify: bool
    apco: str | None
    neris: str | None


class TypePage(BaseModel):
    """All incident types."""

    items: list[TypeOut]
    next: None = None


class StepOut(BaseModel):
    """One step of a tracked report."""

    step: str
    at: datetime


class TrackingOut(BaseModel):
    """What a tracking code shows."""

    status: str
    cell: str
    received_at: datetime
    steps: list[StepOut]
