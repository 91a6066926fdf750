"""What may be asked of agency: pages of what is within reach, and who somebody is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from beaconfire_agency.domain.bodies import Body
from beaconfire_agency.domain.people import Person
from beaconfire_agency.domain.seats import Desk
from beaconfire_agency.domain.sessions import ApiToken, Session
from beaconfire_agency.domain.subscriptions import Subscription

Bounds = tuple[bool, list[str], list[str], list[str], list[str], list[str]]
"""How far the caller reaches, as parameters of the predicate in SQL."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the audit, as kept."""

    id: int
    at: datetime
    actor: str
    on_behalf_of: str | None
    seat: str | None
    action: str
    object: str | None
    result: str
    code: str | None
    correlation_id: str


@dataclass(frozen=True, slots=True)
class WaitingBody:
    """A body outside whose topic is unfit: why, since when, and for how many events it waits."""

    code: str
    name_zh: str
    name_en: str
    why: str
    since: datetime
    events: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Who somebody is at this moment: the person, their body, their seat, their session's end."""

    person: Person
    body: Body
    seat: Desk | None
    ends_at: datetime | None


class Directory(Protocol):
    """Reads agency's tables, in pages ordered by id."""

    async def bodies(self, bounds: Bounds, *, after: str | None, limit: int) -> list[Body]:
        """Bodies within reach."""
        ...

    async def people(
        self, bounds: Bounds, *, after: str | None, limit: int, ids: Sequence[str] | None = None
    ) -> list[Person]:
        """People within reach; of these ids alone, if any are given."""
        ...

    async def seats(self, bounds: Bounds, *, after: str | None, limit: int) -> list[Desk]:
        """Seats within reach."""
        ...

    async def tokens(self, bounds: Bounds, *, after: str | None, limit: int) -> list[ApiToken]:
        """Tokens of people within reach, withdrawn and expired ones left out."""
        ...

    async def audit(self, bounds: Bounds, *, after: int, limit: int) -> list[AuditRow]:
        """What people within reach did, oldest first."""
        ...

    async def bearer_of(self, token_id: str) -> str | None:
        """Whose token it is."""
        ...

    async def standing(self, person_id: str, session_id: str | None) -> Standing | None:
        """Who somebody is."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event told to a body outside, and the place after which to go on reading."""

    cursor: tuple[int, int]
    id: str
    code: str
    type: str
    subject: str
    key_version: int
    time: datetime
    data: str


class Deliveries(Protocol):
    """Who is told outside, and what each was told."""

    async def page(self, bounds: Bounds, *, after: tuple[int, int], limit: int) -> list[Delivery]:
        """What was told after a place, oldest first, to bodies for which the caller reads."""
        ...

    async def subscriptions(
        self, bounds: Bounds, *, after: str | None, limit: int
    ) -> list[Subscription]:
        """Subscriptions of bodies within reach, ended ones too."""
        ...


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just opened: whose, and the secret that the cookie carries."""

    person: Person
    session: Session
    secret: str


class FrontDoor(Protocol):
    """Where people sign in and passwords are checked."""

    async def sign_in(
        self, sign_in: str, password: str, *, source: str, correlation_id: str
    ) -> SignedIn:
        """A new session; BadCredentials in equal words and time for whatever was wrong."""
        ...

    async def new_hash(self, password: str, sign_in: str) -> str:
        """The hash of a password that is good enough for this account."""
        ...

    async def confirm(self, person_id: str, password: str, *, source: str) -> None:
        """Refuse unless it is the person's present password; guesses are counted."""
        ...
