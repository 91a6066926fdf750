"""What agency keeps of an incident: what a body outside may be told, and what decides whether.

Each part is written by the facts of one service alone: only those are in order among themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from beaconfire_agency.domain.sight import Sight
from beaconfire_contracts.facts import Fact, geo
from beaconfire_contracts.facts import dispatch as sent
from beaconfire_contracts.facts import incident as told
from beaconfire_contracts.facts.dispatch_life import OnViewed
from beaconfire_contracts.ids import BodyId, IncidentId
from beaconfire_contracts.places import UNPLACED, Place, Point
from beaconfire_contracts.shared_events import IncidentShown, Participant, Responding
from beaconfire_contracts.vocabulary import (
    AssignmentStatus,
    Disposition,
    EventGrade,
    IncidentClass,
    IncidentStatus,
    ParticipationState,
    PlaceState,
    Priority,
)

OVER: Final = frozenset({ParticipationState.RETURNED, ParticipationState.DONE})
"""Who gave it back or has done with it takes part no more."""


@dataclass(frozen=True, slots=True)
class File:
    """What incident tells of one: its class, its state, whose it is, who takes part (事件档案)."""

    number: int
    type: str | None
    incident_class: IncidentClass | None
    priority: Priority
    place: Place
    owner: BodyId
    division: str
    opened_at: datetime
    grade: EventGrade | None = None
    status: IncidentStatus = IncidentStatus.OPEN
    before_merge: IncidentStatus = IncidentStatus.OPEN
    participants: tuple[Participant, ...] = ()
    closed_at: datetime | None = None
    disposition: Disposition | None = None
    exercise_id: str | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where geo says that it lies (落点)."""

    state: PlaceState
    point: Point | None
    cell: str
    path: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Which units dispatch sent to it (处置力量)."""

    responding: tuple[Responding, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownIncident:
    """An incident as far as it is known here; the parts come in any order (已知事件)."""

    id: IncidentId
    file: File | None = None
    spot: Spot | None = None
    answer: Answer = Answer()

    @property
    def division(self) -> str | None:
        """Where it lies; before it is placed, where it was received; None before it is known."""
        if self.file is None:
            return None
        if self.spot is None or self.spot.path == UNPLACED:
            return self.file.division
        return self.spot.path

    @property
    def sight(self) -> Sight | None:
        """What seeing it is decided on; None while its own facts are missing."""
        if self.file is None:
            return None
        taking_part = (one.body for one in self.file.participants if one.state not in OVER)
        return Sight(self.division, self.file.owner, frozenset(taking_part))

    @property
    def shown(self) -> IncidentShown | None:
        """What is told of it to whoever may see it."""
        file, spot, division = self.file, self.spot, self.division
        if file is None or division is None:
            return None
        return IncidentShown(
            incident_id=self.id,
            number=file.number,
            type=file.type,
            incident_class=file.incident_class,
            priority=file.priority,
            grade=file.grade,
            status=file.status,
            place_state=file.place.state if spot is None else spot.state,
            point=file.place.point if spot is None else spot.point,
            uncertainty_m=file.place.uncertainty_m,
            cell=None if spot is None else spot.cell,
            division=division,
            owner=file.owner,
            participants=file.participants,
            responding=self.answer.responding,
            opened_at=file.opened_at,
            closed_at=file.closed_at,
            disposition=file.disposition,
            exercise_id=file.exercise_id,
        )


def _opened(fact: told.IncidentOpened, exercise_id: str | None) -> File:
    return File(
        number=fact.number,
        type=fact.type,
        incident_class=fact.incident_class,
        priority=fact.priority,
        place=fact.place,
        owner=fact.owner.body,
        division=fact.division,
        opened_at=fact.opened_at,
        exercise_id=exercise_id,
    )


def _reclassified(fact: told.IncidentReclassified, file: File) -> File:
    return replace(
        file,
        type=fact.type,
        incident_class=fact.incident_class,
        priority=fact.priority,
        grade=fact.grade,
    )


def _joined(fact: told.ParticipationRecorded, file: File) -> File:
    part = fact.participation
    others = [one for one in file.participants if one.body != part.body]
    return replace(file, participants=(*others, Participant(part.body, part.role, part.state)))


def _split(fact: told.IncidentSplit, file: File) -> File:
    return replace(file, status=file.before_merge, priority=fact.priority, owner=fact.owner.body)


def _closed(fact: told.IncidentClosed, file: File) -> File:
    return replace(
        file,
        status=IncidentStatus.CLOSED,
        closed_at=fact.closed_at,
        disposition=fact.disposition,
    )


def _reopened(fact: told.IncidentReopened, file: File) -> File:
    return replace(
        file,
        status=IncidentStatus.OPEN,
        owner=fact.owner.body,
        closed_at=None,
        disposition=None,
    )


def _becoming(status: IncidentStatus) -> Callable[[Any, File], File]:
    return lambda _fact, file: replace(file, status=status)


OF_FILE: Final[Mapping[type[Fact], Callable[[Any, File], File]]] = MappingProxyType(
    {
        told.IncidentOwned: lambda fact, file: replace(file, owner=fact.owner.body),
        told.IncidentRelocated: lambda fact, file: replace(file, place=fact.place),
        told.IncidentReclassified: _reclassified,
        told.ParticipationRecorded: _joined,
        told.IncidentMerged: lambda _fact, file: replace(
            file, status=IncidentStatus.MERGED, before_merge=file.status
        ),
        told.IncidentSplit: _split,
        told.IncidentAbsorbed: lambda fact, file: replace(file, priority=fact.priority),
        told.IncidentReleased: lambda fact, file: replace(file, priority=fact.priority),
        told.IncidentHandled: _becoming(IncidentStatus.HANDLED),
        told.IncidentVerifying: _becoming(IncidentStatus.VERIFYING),
        told.IncidentHeld: _becoming(IncidentStatus.HELD),
        told.IncidentVoided: _becoming(IncidentStatus.VOIDED),
        told.IncidentClosed: _closed,
        told.IncidentReopened: _reopened,
    }
)
"""How the facts of incident change the file that `IncidentOpened` began."""
STEPS: Final[Mapping[type[Fact], AssignmentStatus]] = MappingProxyType(
    {
        sent.AssignmentAcknowledged: AssignmentStatus.ACKNOWLEDGED,
        sent.AssignmentEnRoute: AssignmentStatus.EN_ROUTE,
        sent.AssignmentOnScene: AssignmentStatus.ON_SCENE,
        sent.AssignmentTransporting: AssignmentStatus.TRANSPORTING,
        sent.AssignmentAtHospital: AssignmentStatus.AT_HOSPITAL,
        sent.AssignmentCleared: AssignmentStatus.CLEARED,
        sent.AssignmentRefused: AssignmentStatus.REFUSED,
        sent.AssignmentCancelled: AssignmentStatus.CANCELLED,
    }
)
OF_INCIDENT: Final = frozenset(
    {
        told.IncidentOpened,
        *OF_FILE,
        geo.IncidentPlaced,
        sent.AssignmentDispatched,
        OnViewed,
        sent.AssignmentRehomed,
        sent.AssignmentMovedAway,
        *STEPS,
    }
)
"""Every fact that changes what is shown of an incident."""


def with_fact(fact: Any, known: KnownIncident, exercise_id: str | None) -> KnownIncident:
    """The incident after one of its facts, told in an exercise or for real."""
    if isinstance(fact, told.IncidentOpened):
        return replace(known, file=_opened(fact, exercise_id))
    if isinstance(fact, geo.IncidentPlaced):
        return replace(known, spot=Spot(fact.state, fact.point, fact.cell, fact.path))
    if (change := OF_FILE.get(type(fact))) is None:
        return replace(known, answer=_answered(fact, known.answer))
    return known if known.file is None else replace(known, file=change(fact, known.file))


def _answered(fact: Any, answer: Answer) -> Answer:
    others = [one for one in answer.responding if one.assignment_id != fact.assignment_id]
    if isinstance(fact, sent.AssignmentMovedAway):
        return Answer(tuple(others))
    if isinstance(fact, sent.AssignmentDispatched):
        status, since = AssignmentStatus.DISPATCHED, fact.dispatched_at
    elif isinstance(fact, OnViewed):
        status, since = AssignmentStatus.ON_SCENE, fact.occurred_at
    elif isinstance(fact, sent.AssignmentRehomed):
        status, since = fact.status, fact.dispatched_at
    else:
        status, since = STEPS[type(fact)], fact.occurred_at
    return Answer((*others, Responding(fact.assignment_id, fact.unit_id, status, since)))
