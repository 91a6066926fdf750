"""What a body outside is told on its own topic, field by field: no people, no words, no seats.

These are no facts: each says how a thing stands as far as the body may see it, so whoever begins in
the middle, or reads one twice, is right again with the next. They change as facts do, by addition.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeAlias

from beaconfire_contracts.ids import AssignmentId, BodyId, IncidentId, UnitId
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import (
    AssignmentStatus,
    Disposition,
    EventGrade,
    IncidentClass,
    IncidentStatus,
    ParticipationRole,
    ParticipationState,
    PlaceState,
    PrimaryStatus,
    Priority,
    UnitKind,
    UnitStatus,
)


@dataclass(frozen=True, slots=True)
class SharingBegun:
    """The body is told from now on; all that it may see at this moment follows (共享开始)."""

    body: BodyId
    reach: str | None


@dataclass(frozen=True, slots=True)
class SharingEnded:
    """Nothing more comes; what was shown may have changed since (共享结束)."""

    body: BodyId


@dataclass(frozen=True, slots=True)
class Participant:
    """A body that takes part in an incident which is shown, and how (参与机构)."""

    body: BodyId
    role: ParticipationRole
    state: ParticipationState


@dataclass(frozen=True, slots=True)
class Responding:
    """A unit that was sent to an incident which is shown, and how far it has come (出动力量)."""

    assignment_id: AssignmentId
    unit_id: UnitId
    status: AssignmentStatus
    since: datetime


@dataclass(frozen=True, slots=True)
class IncidentShown:
    """An incident as it stands now, whole; it replaces what was shown of it before (事件共享)."""

    incident_id: IncidentId
    number: int
    type: str | None
    incident_class: IncidentClass | None
    priority: Priority
    grade: EventGrade | None
    status: IncidentStatus
    place_state: PlaceState
    point: Point | None
    uncertainty_m: float | None
    cell: str | None
    division: str
    owner: BodyId
    participants: tuple[Participant, ...]
    responding: tuple[Responding, ...]
    opened_at: datetime
    closed_at: datetime | None
    disposition: Disposition | None
    exercise_id: str | None


@dataclass(frozen=True, slots=True)
class IncidentWithdrawn:
    """The incident may not be seen any more; nothing further of it comes (事件撤回)."""

    incident_id: IncidentId


@dataclass(frozen=True, slots=True)
class UnitShown:
    """A unit as it stands now, whole; it replaces what was shown of it before (力量共享)."""

    unit_id: UnitId
    call_sign: str
    kind: UnitKind
    body: BodyId
    capabilities: tuple[str, ...]
    division: str
    status: UnitStatus
    primary: PrimaryStatus
    since: datetime | None


@dataclass(frozen=True, slots=True)
class UnitWithdrawn:
    """The unit may not be seen any more; nothing further of it comes (力量撤回)."""

    unit_id: UnitId


SharedEvent: TypeAlias = (
    SharingBegun | SharingEnded | IncidentShown | IncidentWithdrawn | UnitShown | UnitWithdrawn
)
_KEYS: Final[Mapping[type[SharedEvent], str]] = MappingProxyType(
    {
        SharingBegun: "body",
        SharingEnded: "body",
        IncidentShown: "incident_id",
        IncidentWithdrawn: "incident_id",
        UnitShown: "unit_id",
        UnitWithdrawn: "unit_id",
    }
)


def _named(holder: type[SharedEvent]) -> str:
    kebab = re.sub(r"(?<!^)(?=[A-Z])", "-", holder.__name__).lower()
    return f"beaconfire.shared.{kebab}.v1"


SHARED_EVENTS: Final[Mapping[str, type[SharedEvent]]] = MappingProxyType(
    {_named(holder): holder for holder in _KEYS}
)
"""Every event that a body outside may be told, by its CloudEvents type name."""


def name_of(event: SharedEvent) -> str:
    """Its CloudEvents type name."""
    return _named(type(event))


def subject_of(event: SharedEvent) -> str:
    """The key by which it is ordered: what it is about."""
    return str(getattr(event, _KEYS[type(event)]))
