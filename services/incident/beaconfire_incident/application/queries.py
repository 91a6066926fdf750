"""What incident is asked: the shapes of its answers, and the questions that a store must answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from beaconfire_contracts.ids import IncidentId, ReportId
from beaconfire_incident.application.ports import KnownBody
from beaconfire_incident.domain.incident import Incident
from beaconfire_incident.domain.report import Report

Bounds = tuple[bool, list[str], list[str], list[str], list[str], list[str]]
"""How far a caller may see in lists: the parameters of the access rule's predicate."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None does not narrow."""

    status: str | None = None
    division: str | None = None
    type: str | None = None
    priority: int | None = None
    seat: str | None = None
    since: datetime | None = None
    west: float | None = None
    south: float | None = None
    east: float | None = None
    north: float | None = None


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An incident with what belongs to it: its reports, its assignments, where geo placed it."""

    incident: Incident
    label: str | None
    layer_version: int | None
    nearest_cell: str | None
    nearest_distance_m: float | None
    reports: Sequence[dict[str, Any]]
    assignments: Sequence[dict[str, Any]]
    merged: Sequence[str]
    tasked: frozenset[str]
    is_in_pool: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline: a fact about the incident, or a note with its words."""

    seq: int
    fact_id: str
    type: str
    told_at: datetime
    occurred_at: datetime | None
    actor: str
    seat: str | None
    data: Any
    text: str | None
    corrections: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class TrackedStep:
    """One step of a tracked report, without anything that points at a person."""

    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tracked:
    """What a tracking code shows: the steps so far and the grid cell."""

    received_at: datetime
    cell: str
    status: str
    steps: tuple[TrackedStep, ...]


class Views(Protocol):
    """The questions."""

    async def one(self, incident_id: IncidentId) -> IncidentView | None:
        """One incident with all that belongs to it."""
        ...

    async def page(
        self, bounds: Bounds, filters: Filters, *, before: int | None, limit: int
    ) -> Sequence[IncidentView]:
        """A page, highest number first, below the number `before`."""
        ...

    async def timeline(
        self, incident_id: IncidentId, *, after: int | None, limit: int
    ) -> Sequence[Entry]:
        """A page of the timeline, by when it was told, oldest first, after the entry `after`."""
        ...

    async def incident_of(self, report_id: str) -> IncidentId | None:
        """Which incident a report is on."""
        ...

    async def report(self, report_id: ReportId) -> Report:
        """One report; NotFound when there is none."""
        ...

    async def public_body(self) -> KnownBody | None:
        """The centre that receives what citizens report: the highest one there is."""
        ...

    async def tracked(self, tracking_hash: bytes, closed_since: datetime) -> Tracked | None:
        """What a tracking code shows; None for an unknown one and for one that ended before."""
        ...
