"""What incident's use cases need: incidents, reports, bodies, notes, the facts they tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.ids import BodyId, IncidentId, NoteId, PersonId, ReportId, SeatId
from beaconfire_contracts.places import Point
from beaconfire_incident.domain.duplicates import Telling
from beaconfire_incident.domain.incident import Incident
from beaconfire_incident.domain.report import Report


class Facts(Protocol):
    """Where facts are told."""

    async def tell(self, *facts: Fact, scope: Scope | None = None) -> None:
        """Tell facts in order; durable with the transaction."""
        ...


@dataclass(frozen=True, slots=True)
class KnownBody:
    """A body as agency told of it: its pool seat and its division."""

    id: BodyId
    pool_seat: SeatId
    division: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What a body's next incident begins with."""

    body: KnownBody
    number: int


@dataclass(frozen=True, slots=True)
class Around:
    """What there is around a report: live incidents in a box around its point, nearest first."""

    near: Sequence[tuple[IncidentId, int, Telling]]
    opening: Opening | None = None
    """Of the body that received it; not asked for where something is near."""


class Incidents(Protocol):
    """All incidents of this deployment."""

    async def get(self, incident_id: IncidentId) -> Incident:
        """One incident; NotFound when there is none."""
        ...

    async def add(self, incident: Incident) -> None:
        """Keep a new one; nothing reads it before the facts are written."""
        ...

    async def save(self, incident: Incident) -> None:
        """Keep a changed one."""
        ...

    async def around(
        self, point: Point, radius_m: float, since: datetime, *, receiver: BodyId
    ) -> Around:
        """What a report at a point is judged by; the receiver's next incident, if none is near."""
        ...

    async def is_worked_on(self, incident_id: IncidentId) -> bool:
        """Whether any unit's assignment to it is still open."""
        ...

    async def merged_into(self, survivor: IncidentId) -> Sequence[Incident]:
        """Those that are followed in this one."""
        ...


class Reports(Protocol):
    """All reports."""

    async def get(self, report_id: ReportId) -> Report:
        """One report; NotFound when there is none."""
        ...

    async def add(self, report: Report, tracking_hash: bytes) -> None:
        """Keep a new one with the hash of its tracking code."""
        ...

    async def save(self, report: Report) -> None:
        """Keep a changed one."""
        ...

    async def count_of(self, incident_id: IncidentId) -> int:
        """How many reports an incident has."""
        ...


class Bodies(Protocol):
    """Bodies and seats, as agency told of them."""

    async def opening(self, body: BodyId) -> Opening | None:
        """What a body's next incident begins with; None when it was not told of yet.

        Each asking takes a number of the series: gaps are allowed.
        """
        ...

    async def body_of_seat(self, seat: SeatId) -> BodyId | None:
        """Which body a seat belongs to, or None for an unknown seat."""
        ...


@dataclass(frozen=True, slots=True)
class Correction:
    """Which field of which entry was what, should be what, why, and who says so."""

    correction_id: str
    incident_id: IncidentId
    of_fact: str
    field: str
    was: str | None
    now: str
    reason: str
    by: PersonId


class Corrections(Protocol):
    """What was corrected in the record."""

    async def has_entry(self, incident_id: IncidentId, fact_id: str) -> bool:
        """Whether the incident's timeline has this entry."""
        ...

    async def add(self, correction: Correction, corrected_at: datetime) -> None:
        """Keep one."""
        ...


class Notes(Protocol):
    """Words that people add to an incident's record."""

    async def add(
        self,
        note_id: NoteId,
        incident_id: IncidentId,
        text: str,
        *,
        by: PersonId,
        seat: SeatId | None,
        written_at: datetime,
    ) -> None:
        """Keep a note."""
        ...


def scope_of(incident: Incident) -> Scope:
    """The labels that travel with an incident's facts."""
    return Scope(owner=str(incident.owner.body), division=incident.whereabouts)
