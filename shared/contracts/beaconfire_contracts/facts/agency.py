"""What agency tells: bodies, people's grants, seats, and whose access ended."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.registry import fact
from beaconfire_contracts.ids import BodyId, IncidentId, PersonId, SeatId, SubscriptionId, UnitId
from beaconfire_contracts.vocabulary import BodyKind, Role, SeatKind


@fact("agency", key="body_id")
@dataclass(frozen=True, slots=True)
class BodyRegistered:
    """An organisation at a level exists, with its territorial and professional parents."""

    body_id: BodyId
    code: str
    kind: BodyKind
    level: str
    name_zh: str
    name_en: str
    territorial_parent: BodyId | None
    professional_parent: BodyId | None
    division: str
    matters: tuple[str, ...]
    zone: str
    pool_seat: SeatId


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held for a body, reaching all that lies under a division path."""

    role: Role
    body: BodyId
    reach: str
    unit_id: UnitId | None = None


@fact("agency", key="person_id")
@dataclass(frozen=True, slots=True)
class PersonRegistered:
    """A person may sign in; names and sign-in names stay in agency's tables."""

    person_id: PersonId
    grants: tuple[Grant, ...]


@fact("agency", key="person_id")
@dataclass(frozen=True, slots=True)
class GrantsChanged:
    """A person's roles are these from now on."""

    person_id: PersonId
    grants: tuple[Grant, ...]


@fact("agency", key="person_id")
@dataclass(frozen=True, slots=True)
class AccessRevoked:
    """Whatever this person was given before this time no longer opens anything.

    With a session or token only that ended; otherwise all that was issued in an earlier epoch.
    """

    person_id: PersonId
    revoked_at: datetime
    session_id: str | None = None
    token_id: str | None = None
    epoch: int | None = None


@fact("agency", key="seat_id")
@dataclass(frozen=True, slots=True)
class SeatRegistered:
    """A desk exists in a centre."""

    seat_id: SeatId
    code: str
    kind: SeatKind
    body: BodyId


@fact("agency", key="seat_id")
@dataclass(frozen=True, slots=True)
class SeatTaken:
    """A person works at the seat from now on."""

    seat_id: SeatId
    person_id: PersonId
    taken_at: datetime


@fact("agency", key="seat_id")
@dataclass(frozen=True, slots=True)
class SeatLeft:
    """Nobody works at the seat."""

    seat_id: SeatId
    person_id: PersonId
    left_at: datetime


@fact("agency", key="seat_id")
@dataclass(frozen=True, slots=True)
class SeatHandedOver:
    """A seat was handed to the next person with its open incidents."""

    seat_id: SeatId
    from_person: PersonId
    accepted_by: PersonId
    open_incidents: tuple[IncidentId, ...]
    handed_over_at: datetime


@fact("agency", key="subscription_id")
@dataclass(frozen=True, slots=True)
class SubscriptionMade:
    """A body is told on a topic of its own what it may see; by place as far as `reach`, if any."""

    subscription_id: SubscriptionId
    body: BodyId
    reach: str | None
    made_at: datetime


@fact("agency", key="subscription_id")
@dataclass(frozen=True, slots=True)
class SubscriptionEnded:
    """A body is told nothing more."""

    subscription_id: SubscriptionId
    body: BodyId
    ended_at: datetime
