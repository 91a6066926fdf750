"""The incident: what it stores, and what each command makes of it and tells.

Every function takes an incident and returns the next one with the facts that say what happened.
`version` counts the facts of the incident's stream, so that it equals the stream's version.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts import incident as facts
from beaconfire_contracts.ids import BodyId, IncidentId, PersonId, ReportId, SeatId
from beaconfire_contracts.places import UNPLACED, Owner, Participation, Place
from beaconfire_contracts.refusals import Conflict, Invalid, StaleVersion
from beaconfire_contracts.vocabulary import (
    Disposition,
    EventGrade,
    IncidentClass,
    IncidentStatus,
    ParticipationRole,
    ParticipationState,
    PlaceState,
    Priority,
)
from beaconfire_incident.domain.catalogue import Triage
from beaconfire_incident.domain.lifecycle import LIVE, Step, after

ACTIVE_PARTS: Final = frozenset({ParticipationState.ASKED, ParticipationState.ACCEPTED,
                                 ParticipationState.WORKING})  # fmt: skip


class StillActive(Conflict):
    """A unit or a participant is still at work on it."""


class TypeMissing(Invalid):
    """A file is closed only once it says what it was."""


class NotLive(Conflict):
    """The incident is closed, voided or merged."""


class SameIncident(Invalid):
    """An incident cannot be merged into itself."""


class SecondLead(Conflict):
    """Another body leads already; at most one lead handles an incident."""


@dataclass(frozen=True, slots=True)
class Incident:
    """An occurrence that needs a response: the record we open, follow and close (警情)."""

    id: IncidentId
    number: int
    type: str | None
    incident_class: IncidentClass | None
    priority: Priority
    priority_reason: str
    grade: EventGrade | None
    status: IncidentStatus
    place: Place
    owner: Owner
    seat: SeatId
    division: str
    opened_at: datetime
    heard_at: datetime
    version: int
    cell: str = UNPLACED
    path: str = UNPLACED
    participations: tuple[Participation, ...] = ()
    merged_into: IncidentId | None = None
    disposition: Disposition | None = None
    closed_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Whether somebody still answers for it."""
        return self.status in LIVE

    @property
    def whereabouts(self) -> str:
        """The division path that counts for seeing it: its own place, else its receiver's."""
        return self.division if self.path == UNPLACED else self.path

    def expect(self, version: int | None) -> None:
        """StaleVersion when somebody has changed it since the caller looked."""
        if version is not None and version != self.version:
            raise StaleVersion(expected=version, version=self.version)


Told = tuple[Incident, tuple[Fact, ...]]


def _told(changed: Incident, *told: Fact) -> Told:
    return replace(changed, version=changed.version + len(told)), told


def _live(incident: Incident) -> None:
    if not incident.is_live:
        raise NotLive(status=incident.status.value)


def relocated(incident: Incident, place: Place) -> Told:
    """The place was moved or made more certain; the same place again changes nothing."""
    _live(incident)
    if place == incident.place:
        return incident, ()
    return _told(replace(incident, place=place), facts.IncidentRelocated(incident.id, place))


def better_place(known: Place, heard: Place) -> bool:
    """Whether a place heard of is surer than the one known; a confirmed one stays."""
    if heard.point is None or known.state is PlaceState.CONFIRMED:
        return False
    if known.point is None:
        return True
    return (heard.uncertainty_m or 1e6) < 0.8 * (known.uncertainty_m or 1e6)


def reclassified(
    incident: Incident,
    *,
    type_code: str | None,
    incident_class: IncidentClass | None,
    triage: Triage,
    grade: EventGrade | None,
) -> Told:
    """Type, priority or grade were set anew."""
    _live(incident)
    changed = replace(
        incident,
        type=type_code,
        incident_class=incident_class,
        priority=triage.priority,
        priority_reason=triage.reason,
        grade=grade,
    )
    if changed == incident:
        return incident, ()
    return _told(
        changed,
        facts.IncidentReclassified(
            incident.id, type_code, incident_class, triage.priority, triage.reason, grade
        ),
    )


def taken(incident: Incident, seat: SeatId, person_id: PersonId) -> Told:
    """A seat takes it; taking one's own again changes nothing."""
    _live(incident)
    if seat == incident.seat:
        return incident, ()
    return _told(replace(incident, seat=seat), facts.IncidentTaken(incident.id, seat, person_id))


def passed(incident: Incident, seat: SeatId) -> Told:
    """Its seat passes it to another."""
    _live(incident)
    if seat == incident.seat:
        return incident, ()
    return _told(
        replace(incident, seat=seat), facts.IncidentPassed(incident.id, incident.seat, seat)
    )


def handled(incident: Incident, at: datetime) -> Told:
    """The work at the place is done."""
    status = after(incident.status, Step.HANDLE)
    return _told(replace(incident, status=status), facts.IncidentHandled(incident.id, at))


def verifying(incident: Incident) -> Told:
    """Somebody other than the handler checks that it was put right."""
    status = after(incident.status, Step.VERIFY)
    return _told(replace(incident, status=status), facts.IncidentVerifying(incident.id))


def held(incident: Incident, reason: str, until: datetime | None) -> Told:
    """It waits for a reason until a time."""
    status = after(incident.status, Step.HOLD)
    return _told(replace(incident, status=status), facts.IncidentHeld(incident.id, reason, until))


def voided(incident: Incident, reason: str, *, is_worked_on: bool) -> Told:
    """It was recorded by mistake."""
    _at_rest(incident, is_worked_on=is_worked_on)
    status = after(incident.status, Step.VOID)
    return _told(replace(incident, status=status), facts.IncidentVoided(incident.id, reason))


def closed(
    incident: Incident, disposition: Disposition, at: datetime, *, is_worked_on: bool
) -> Told:
    """The file is closed; refused while anybody works on it or nobody knows what it was."""
    _at_rest(incident, is_worked_on=is_worked_on)
    status = after(incident.status, Step.CLOSE)
    if incident.type is None:
        raise TypeMissing(pointer="/type")
    changed = replace(incident, status=status, disposition=disposition, closed_at=at)
    return _told(changed, facts.IncidentClosed(incident.id, disposition, at))


def _at_rest(incident: Incident, *, is_worked_on: bool) -> None:
    working = [one.body for one in incident.participations if one.state in ACTIVE_PARTS]
    if is_worked_on or working:
        raise StillActive(units=is_worked_on, participants=[str(body) for body in working])


def reopened(incident: Incident) -> Told:
    """It is open again, with its owner and its seat."""
    step = Step.RESUME if incident.status is IncidentStatus.HELD else Step.REOPEN
    status = after(incident.status, step)
    changed = replace(incident, status=status, disposition=None, closed_at=None)
    return _told(changed, facts.IncidentReopened(incident.id, incident.owner, incident.seat))


def joined(incident: Incident, participation: Participation) -> Told:
    """A body's part begins or goes a step on; one lead at most."""
    _live(incident)
    others = tuple(one for one in incident.participations if one.body != participation.body)
    if participation.role is ParticipationRole.LEAD and any(
        one.role is ParticipationRole.LEAD for one in others
    ):
        raise SecondLead
    return _told(
        replace(incident, participations=(*others, participation)),
        facts.ParticipationRecorded(incident.id, participation),
    )


@dataclass(frozen=True, slots=True)
class Before:
    """What a merge changed, kept so that a split gives it back (合并前状态)."""

    priority: Priority
    priority_reason: str
    first_known_at: datetime
    survivor_priority: Priority
    survivor_reason: str
    survivor_first_known_at: datetime


def merged(absorbed: Incident, survivor: Incident) -> tuple[Told, Told, Before]:
    """Two records are one: the survivor keeps the earliest clock and the highest priority."""
    if absorbed.id == survivor.id:
        raise SameIncident
    _live(survivor)
    status = after(absorbed.status, Step.MERGE)
    before = Before(
        absorbed.priority,
        absorbed.priority_reason,
        absorbed.owner.first_known_at,
        survivor.priority,
        survivor.priority_reason,
        survivor.owner.first_known_at,
    )
    gone = _told(
        replace(absorbed, status=status, merged_into=survivor.id),
        facts.IncidentMerged(absorbed.id, survivor.id),
    )
    first_known_at = min(absorbed.owner.first_known_at, survivor.owner.first_known_at)
    urgent = absorbed if absorbed.priority < survivor.priority else survivor
    kept = replace(
        survivor,
        priority=urgent.priority,
        priority_reason=urgent.priority_reason,
        owner=replace(survivor.owner, first_known_at=first_known_at),
        heard_at=max(absorbed.heard_at, survivor.heard_at),
    )
    told = facts.IncidentAbsorbed(
        survivor.id, absorbed.id, kept.priority, kept.priority_reason, first_known_at
    )
    return gone, _told(kept, told), before


def split(absorbed: Incident, survivor: Incident, before: Before) -> tuple[Told, Told]:
    """The inverse of `merged`: both are again what they were, what came since stays."""
    status = after(absorbed.status, Step.SPLIT)
    back = replace(absorbed, status=status, merged_into=None)
    split_fact = facts.IncidentSplit(back.id, survivor.id, back.priority, back.owner, back.seat)
    by_merge = min(
        (before.survivor_priority, before.survivor_reason),
        (before.priority, before.priority_reason),
        key=lambda one: one[0],
    )
    set_since = (survivor.priority, survivor.priority_reason) != by_merge
    kept = (
        survivor
        if set_since
        else replace(
            survivor, priority=before.survivor_priority, priority_reason=before.survivor_reason
        )
    )
    kept = replace(
        kept,
        owner=replace(survivor.owner, first_known_at=before.survivor_first_known_at),
    )
    released = facts.IncidentReleased(
        kept.id, back.id, kept.priority, kept.priority_reason, kept.owner.first_known_at
    )
    return _told(back, split_fact), _told(kept, released)


def lead_of(incident: Incident) -> BodyId | None:
    """The body that leads, if any."""
    leads = [one.body for one in incident.participations if one.role is ParticipationRole.LEAD]
    return leads[0] if leads else None


def report_moved_in(incident: Incident, report_id: ReportId, came_from: IncidentId | None) -> Told:
    """A report was attached to it by a person."""
    _live(incident)
    return _told(incident, facts.ReportAttached(incident.id, report_id, came_from))


def report_moved_out(incident: Incident, report_id: ReportId, went_to: IncidentId) -> Told:
    """A report was taken off it."""
    return _told(incident, facts.ReportDetached(incident.id, report_id, went_to))
