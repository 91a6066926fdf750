"""What incident tells: reports, incidents and their life. Every stream is an incident's."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.registry import fact
from beaconfire_contracts.ids import BodyId, IncidentId, NoteId, PersonId, ReportId, SeatId
from beaconfire_contracts.places import Owner, Participation, Place
from beaconfire_contracts.vocabulary import (
    CallEnding,
    Channel,
    Disposition,
    EventGrade,
    IncidentClass,
    Priority,
)


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentOpened:
    """An incident was opened for a report; it has an owner and a seat from the first second."""

    incident_id: IncidentId
    number: int
    type: str | None
    incident_class: IncidentClass | None
    priority: Priority
    priority_reason: str
    place: Place
    owner: Owner
    seat: SeatId
    division: str
    opened_at: datetime
    report_id: ReportId
    channel: Channel


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class ReportReceived:
    """A report came in and belongs to this incident; what was said stays in incident's tables."""

    incident_id: IncidentId
    report_id: ReportId
    channel: Channel
    type: str | None
    received_at: datetime
    observed_at: datetime | None
    attached: bool
    score: float | None = None
    novelty: bool = False


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class ReportAmended:
    """A report was completed or corrected in the named fields."""

    incident_id: IncidentId
    report_id: ReportId
    amended: tuple[str, ...]


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class ReportLocated:
    """A position for a report became known, from the network or a person."""

    incident_id: IncidentId
    report_id: ReportId
    place: Place


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call of a report ended, and how."""

    incident_id: IncidentId
    report_id: ReportId
    ended_at: datetime
    ended_how: CallEnding


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class CallbackDue:
    """A broken or silent call must be rung back by this time."""

    incident_id: IncidentId
    report_id: ReportId
    due_at: datetime


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class ReportAttached:
    """A report was moved to this incident by a person or by a merge."""

    incident_id: IncidentId
    report_id: ReportId
    from_incident_id: IncidentId | None


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class ReportDetached:
    """A report was taken off this incident."""

    incident_id: IncidentId
    report_id: ReportId
    to_incident_id: IncidentId


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentOwned:
    """Another body answers for the file from now on."""

    incident_id: IncidentId
    owner: Owner
    seat: SeatId


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentTaken:
    """A seat took the incident; every open incident has exactly one seat."""

    incident_id: IncidentId
    seat: SeatId
    person_id: PersonId


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentPassed:
    """A seat passed the incident to another seat."""

    incident_id: IncidentId
    from_seat: SeatId
    seat: SeatId


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentRelocated:
    """The place of an incident was moved or made more certain."""

    incident_id: IncidentId
    place: Place


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentReclassified:
    """Type, priority or grade were set anew; the reason is a code."""

    incident_id: IncidentId
    type: str | None
    incident_class: IncidentClass | None
    priority: Priority
    priority_reason: str
    grade: EventGrade | None = None


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class ParticipationRecorded:
    """A body's part in the incident began or went a step on."""

    incident_id: IncidentId
    participation: Participation


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentMerged:
    """This incident was found to be the same as another and is followed there."""

    incident_id: IncidentId
    into_id: IncidentId


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentAbsorbed:
    """Another incident was merged into this one; earliest clock and highest priority are kept."""

    incident_id: IncidentId
    absorbed_id: IncidentId
    priority: Priority
    priority_reason: str
    first_known_at: datetime


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentSplit:
    """A merged incident stands by itself again; the inverse of IncidentMerged."""

    incident_id: IncidentId
    from_id: IncidentId
    priority: Priority
    owner: Owner
    seat: SeatId


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentReleased:
    """An absorbed incident was let go again; the inverse of IncidentAbsorbed."""

    incident_id: IncidentId
    released_id: IncidentId
    priority: Priority
    priority_reason: str
    first_known_at: datetime


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentHandled:
    """The work at the place is done; the file is still open."""

    incident_id: IncidentId
    handled_at: datetime


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentVerifying:
    """Somebody other than the handler checks that it was put right."""

    incident_id: IncidentId


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentHeld:
    """The incident waits for a reason until a time."""

    incident_id: IncidentId
    reason: str
    until: datetime | None


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentVoided:
    """The incident was recorded by mistake."""

    incident_id: IncidentId
    reason: str


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentClosed:
    """The file is closed with a disposition."""

    incident_id: IncidentId
    disposition: Disposition
    closed_at: datetime


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentReopened:
    """A closed, handled or held file is open again."""

    incident_id: IncidentId
    owner: Owner
    seat: SeatId


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class NoteWritten:
    """A note stands in the timeline; its words stay in incident's tables."""

    incident_id: IncidentId
    note_id: NoteId
    written_at: datetime


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class EntryCorrected:
    """An entry of the record was corrected; both values stay readable in incident's tables."""

    incident_id: IncidentId
    of_fact: str
    field: str
    reason: str


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class ReporterErased:
    """A reporter's name, telephone and words were erased from a report."""

    incident_id: IncidentId
    report_id: ReportId
    by_body: BodyId
