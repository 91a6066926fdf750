"""The incident: what it stores, and what each command makes of it and tells.

Every function takes an incident and returns the next one with the facts that say what happened.
`version` counts the facts of the incident's stream, so that it equals the stream's version.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts import incident as facts
from beaconfire_contracts.ids import IncidentId, PersonId, ReportId, SeatId
from beaconfire_contracts.places import UNPLACED, Owner, Participation, Place
from beaconfire_contracts.refusals import Conflict, Forbidden, Invalid, StaleVersion
from beaconfire_contracts.vocabulary import (
    Disposition,
    EventGrade,
    IncidentClass,
    IncidentStatus,
    ParticipationRole,
    ParticipationState,
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


class HasAbsorbed(Conflict):
    """Others were merged into it: merge into it, or split them off first."""


class NotMerged(Conflict):
    """The incident is not merged into that one."""


class OwnVerification(Forbidden):
    """Whoever handled it does not verify it: another pair of eyes does (核查不由处置人办)."""


class SecondLead(Conflict):
    """Another body leads already; at most one lead handles an incident."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How urgent an incident is and its two clocks: what a merge sums up (紧急程度与时钟)."""

    priority: Priority
    priority_reason: str
    first_known_at: datetime
    heard_at: datetime


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
    status_before_merge: IncidentStatus | None = None
    own: Standing | None = None
    """What it was by itself before it absorbed others; None while it stands for itself alone."""
    disposition: Disposition | None = None
    closed_at: datetime | None = None
    handled_by: PersonId | None = None
    """Who said that the work is done; None when the last crew's clearing did."""

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
        raise NotLive(incident_status=incident.status.value)


def relocated(incident: Incident, place: Place) -> Told:
    """The place was moved or made more certain; the same place again changes nothing."""
    _live(incident)
    if place == incident.place:
        return incident, ()
    return _told(replace(incident, place=place), facts.IncidentRelocated(incident.id, place))


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
    if incident.own is not None and triage != Triage(incident.priority, incident.priority_reason):
        own = replace(
            incident.own, priority=triage.priority, priority_reason=triage.reason
        )  # set on the merged record, it stays with the one that goes on
        changed = replace(changed, own=own)
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


def handled(incident: Incident, at: datetime, by: PersonId | None = None) -> Told:
    """The work at the place is done, as somebody says or, without one, as the crews' steps say."""
    status = after(incident.status, Step.HANDLE)
    changed = replace(incident, status=status, handled_by=by)
    return _told(changed, facts.IncidentHandled(incident.id, at))


def verifying(incident: Incident, by: PersonId) -> Told:
    """Somebody other than the handler checks that it was put right."""
    status = after(incident.status, Step.VERIFY)
    if by == incident.handled_by:
        raise OwnVerification
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


def merged(absorbed: Incident, survivor: Incident) -> tuple[Told, Told]:
    """Two records are one: the survivor keeps the earliest clock and the highest priority.

    The absorbed one keeps all that it was, so that a split can give it back.
    """
    if absorbed.id == survivor.id:
        raise SameIncident
    _live(survivor)
    if absorbed.own is not None:
        raise HasAbsorbed
    status = after(absorbed.status, Step.MERGE)
    gone = _told(
        replace(
            absorbed, status=status, merged_into=survivor.id, status_before_merge=absorbed.status
        ),
        facts.IncidentMerged(absorbed.id, survivor.id),
    )
    own = survivor.own or standing_of(survivor)
    kept = _as(replace(survivor, own=own), _summed(standing_of(survivor), (absorbed,)))
    told = facts.IncidentAbsorbed(
        survivor.id, absorbed.id, kept.priority, kept.priority_reason, kept.owner.first_known_at
    )
    return gone, _told(kept, told)


def split(
    absorbed: Incident, survivor: Incident, remaining: Sequence[Incident]
) -> tuple[Told, Told]:
    """The inverse of `merged`: both are again what they were, what came since stays.

    `remaining` are the others that the survivor has absorbed: it goes on standing for them.
    """
    if absorbed.merged_into != survivor.id or absorbed.status_before_merge is None:
        raise NotMerged
    back = replace(
        absorbed, status=absorbed.status_before_merge, merged_into=None, status_before_merge=None
    )
    own = survivor.own or standing_of(survivor)
    kept = _as(
        replace(survivor, own=own if remaining else None),
        _summed(own, tuple(remaining)),
    )
    released = facts.IncidentReleased(
        kept.id, back.id, kept.priority, kept.priority_reason, kept.owner.first_known_at
    )
    alone = facts.IncidentSplit(back.id, survivor.id, back.priority, back.owner, back.seat)
    return _told(back, alone), _told(kept, released)


def standing_of(incident: Incident) -> Standing:
    """How urgent it is, since when it is known, when it was last heard of."""
    return Standing(
        incident.priority,
        incident.priority_reason,
        incident.owner.first_known_at,
        incident.heard_at,
    )


def _summed(own: Standing, absorbed: Sequence[Incident]) -> Standing:
    """Of several: the highest priority with its reason, the earliest and the latest moment."""
    standings = [own, *(standing_of(one) for one in absorbed)]
    urgent = min(standings, key=lambda one: one.priority)
    return Standing(
        urgent.priority,
        urgent.priority_reason,
        min(one.first_known_at for one in standings),
        max(one.heard_at for one in standings),
    )


def _as(incident: Incident, standing: Standing) -> Incident:
    return replace(
        incident,
        priority=standing.priority,
        priority_reason=standing.priority_reason,
        owner=replace(incident.owner, first_known_at=standing.first_known_at),
        heard_at=standing.heard_at,
    )


def report_moved_in(incident: Incident, report_id: ReportId, came_from: IncidentId | None) -> Told:
    """A report was attached to it by a person."""
    _live(incident)
    return _told(incident, facts.ReportAttached(incident.id, report_id, came_from))


def report_moved_out(incident: Incident, report_id: ReportId, went_to: IncidentId) -> Told:
    """A report was taken off it."""
    return _told(incident, facts.ReportDetached(incident.id, report_id, went_to))
