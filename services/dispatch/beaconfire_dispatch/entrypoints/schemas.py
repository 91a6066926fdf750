"""Request and answer shapes of dispatch's routes."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from beaconfire_contracts.vocabulary import StatusSource, UnitKind, UnitStatus
from beaconfire_dispatch.application.order_units import UNITS_PER_ORDER_MAX
from beaconfire_platform.web.fields import WHOLE_MAX, Code, Id, Label, Moment, PointIn, Strict

Capabilities = Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]
Seconds = Annotated[int, Field(strict=True, ge=10, le=86_400)]
Ordinal = Annotated[int, Field(strict=True, ge=1, le=WHOLE_MAX)]
Limit = Annotated[int, Field(ge=1, le=500)]
Division = Annotated[str, Field(strict=True, max_length=200, pattern=r"^[A-Za-z0-9._:-]+$")]


class StationIn(Strict):
    """A station; its code names it."""

    code: Code
    name_zh: Label
    name_en: Label
    body: Id
    point: PointIn
    division: Division


class HospitalIn(Strict):
    """A hospital; its code names it."""

    code: Code
    name_zh: Label
    name_en: Label
    point: PointIn


class UnitIn(Strict):
    """A unit; its call sign names it, its station says where it belongs."""

    call_sign: Code
    kind: UnitKind
    station_id: Id
    capabilities: Capabilities


class UnitStatusIn(Strict):
    """What a crew or a desk tells of the unit itself."""

    status: UnitStatus
    occurred_at: Moment | None = None
    source: StatusSource = StatusSource.SEAT
    reason: Code | None = None


class DispatchIn(Strict):
    """Which units are ordered, all of them or none."""

    unit_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=UNITS_PER_ORDER_MAX)]
    recommendation_id: Id | None = None
    leaving: Annotated[tuple[Id, ...], Field(max_length=UNITS_PER_ORDER_MAX)] = ()
    """Assignments of other incidents from which units of this order are turned round."""
    standing_down: Annotated[tuple[Id, ...], Field(max_length=UNITS_PER_ORDER_MAX)] = ()
    """Assignments of this incident whose crews are called back, as these units come instead."""


class StepIn(Strict):
    """One step of an assignment: when it happened, by what means, under which fence or version."""

    occurred_at: Moment | None = None
    source: StatusSource = StatusSource.SEAT
    fence: Ordinal | None = None
    version: Ordinal | None = None


class ReasonedStepIn(StepIn):
    """A refusal or a cancelling, with its reason as a code."""

    reason: Code


class TransportIn(StepIn):
    """Where somebody is taken."""

    hospital_id: Id | None = None


class UnitsAsked(BaseModel):
    """Which page of units."""

    model_config = ConfigDict(extra="forbid")

    cursor: Code | None = None
    limit: Limit = 200


class AssignmentsAsked(BaseModel):
    """Which assignments, which page."""

    model_config = ConfigDict(extra="forbid")

    unit_id: Id | None = None
    incident_id: Id | None = None
    state: Literal["open", "ended"] | None = None
    cursor: Id | None = None
    limit: Limit = 200


class PointOut(BaseModel):
    """A point in WGS 84 degrees."""

    lon: float
    lat: float


class StationOut(BaseModel):
    """A station; since `retired_at` its map has it no longer, and no unit comes there."""

    id: str
    code: str
    name_zh: str
    name_en: str
    body: str
    point: PointOut
    division: str
    layer: str | None = None
    retired_at: datetime | None = None


class StationPage(BaseModel):
    """All stations."""

    items: list[StationOut]
    next: None = None


class HospitalOut(BaseModel):
    """A hospital."""

    id: str
    code: str
    name_zh: str
    name_en: str
    point: PointOut


class HospitalPage(BaseModel):
    """All hospitals."""

    items: list[HospitalOut]
    next: None = None


class UnitOut(BaseModel):
    """A unit as whoever may see it sees it."""

    id: str
    call_sign: str
    type: str
    capabilities: list[str]
    status: str
    primary: str
    since: datetime
    reason: str | None
    position: PointOut
    observed_at: datetime | None
    station: str
    station_id: str
    body: str
    division: str
    incident_id: str | None
    assignment_id: str | None
    version: int


class UnitPage(BaseModel):
    """A page of units by call sign."""

    items: list[UnitOut]
    next: str | None


class UnderWayOut(BaseModel):
    """An order whose crew is on its way."""

    incident_id: str
    assignment_id: str


class ProposedOut(BaseModel):
    """One proposed unit."""

    unit_id: str
    call_sign: str
    capability: str
    travel_time_s: float
    eta_at: datetime
    slack_s: float | None
    """How long before the target of its incident it would arrive; negative: how much later."""
    parts: dict[str, float]
    """`mobilise_s`, `road_s`, and apart from it `off_road_s` where a road graph is in force."""
    terms: dict[str, float]
    """What it costs, term by term, as the engine compares units (docs/dispatch-in-cities.md)."""
    leaves: UnderWayOut | None
    """What it would be turned round from."""
    replaces: UnderWayOut | None
    """Whose order of this incident is needed no more once it is sent."""


class OptionOut(BaseModel):
    """Units proposed together."""

    units: list[ProposedOut]
    reasons: list[dict[str, Any]]
    cover_after: dict[str, float]


class MadeOfOut(BaseModel):
    """Versions of the data and of what decided: the road graph by its hash, closures over it."""

    roads: str | None
    closures: int
    closures_hash: str | None = None
    """Over the ids of the closures: None where there are none, and in what was decided before it
    was kept."""
    method: str
    engine: str
    solver: str


class NamedOut(BaseModel):
    """A unit by its call sign."""

    unit_id: str
    call_sign: str


class RecommendationOut(BaseModel):
    """Who should go, why, who else was considered; nobody is sent by it."""

    incident_id: str
    recommendation_id: str | None
    options: list[OptionOut]
    short: list[dict[str, Any]]
    ruled_out: dict[str, int]
    """How many units were not considered, by reason: `capability`, `vetoed`, `pinned_elsewhere`,
    `answers_more_urgent`, `bound` (what it is under way to has lost as many as it may), `too_far`,
    `diversion_used` (this incident may turn round no further crew beside those of the first
    option), and of able ones that may not be sent at all `at_work` and `out_of_service`."""
    ruled_out_units: dict[str, list[NamedOut]]
    """The nearest few of them, by the same reasons."""
    steps: list[str]
    """Steps down from the joint optimum that were taken to be in time, by name: `nearest_only`,
    `search_cut`, `greedy`, `reasons_later`; none where it is the optimum with all its reasons."""
    made_of: MadeOfOut | None
    alarm_level: int
    needs: list[dict[str, Any]]
    made_at: datetime | None


class CompanionOut(BaseModel):
    """Who else comes: a call sign, how far it is, when it is expected."""

    call_sign: str
    type: str
    status: str
    eta_at: datetime | None


class AssignmentOut(BaseModel):
    """One unit on one incident; `others` is left out of answers to commands."""

    id: str
    unit_id: str
    call_sign: str
    incident_id: str
    fence: int
    status: str
    dispatched_at: datetime
    eta_at: datetime | None
    acknowledge_by: datetime
    reminded_at: datetime | None
    late_at: datetime | None
    """When it was noticed that it is later than its policy allows."""
    recall_at: datetime | None
    recall_reason: str | None
    is_automatic: bool
    """Whether the policy ordered it, and nobody asked."""
    is_on_view: bool
    """Whether its crew began by itself, without an order."""
    address_changed: bool
    """The incident's place moved, and its crew has not acknowledged the new one."""
    steps: dict[str, datetime]
    untimely: list[str]
    """Steps that are said to have happened before the order or before an earlier step."""
    version: int
    others: list[CompanionOut] | None = None
    destination: str | None = None
    """The hospital where a bed is kept for whoever it carries; left out of answers to commands."""


class AssignmentPage(BaseModel):
    """A page of assignments, the oldest first."""

    items: list[AssignmentOut]
    next: str | None


class OrderOut(BaseModel):
    """What an order made."""

    assignments: list[AssignmentOut]


class CoverOut(BaseModel):
    """By capability: the share of stations' places that a free unit reaches in eight minutes."""

    within_s: float
    shares: dict[str, float]
