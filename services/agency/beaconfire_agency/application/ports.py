"""What agency's use cases need: bodies, people, seats, sessions, tokens, subscriptions, facts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from beaconfire_agency.domain.bodies import Body
from beaconfire_agency.domain.known_incident import KnownIncident
from beaconfire_agency.domain.known_unit import KnownUnit
from beaconfire_agency.domain.people import Person
from beaconfire_agency.domain.seats import Desk
from beaconfire_agency.domain.sessions import ApiToken, Session
from beaconfire_agency.domain.sharing import Known
from beaconfire_agency.domain.sight import Sight
from beaconfire_agency.domain.subscriptions import Subscription
from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.ids import (
    BodyId,
    IncidentId,
    PersonId,
    SeatId,
    SubscriptionId,
    UnitId,
)
from beaconfire_contracts.shared_events import SharedEvent


class Facts(Protocol):
    """Where facts are told."""

    async def tell(self, *facts: Fact, scope: Scope | None = None) -> None:
        """Tell facts in order; durable with the transaction."""
        ...


class Bodies(Protocol):
    """All bodies."""

    async def get(self, body_id: BodyId) -> Body | None:
        """One body."""
        ...

    async def by_code(self, code: str) -> Body | None:
        """The body with a code."""
        ...

    async def add(self, body: Body) -> None:
        """Keep a new body."""
        ...


class People(Protocol):
    """Everybody who may sign in or bear tokens."""

    async def get(self, person_id: PersonId) -> Person | None:
        """One person."""
        ...

    async def by_sign_in(self, sign_in: str) -> Person | None:
        """The person with a sign-in name."""
        ...

    async def add(self, person: Person, password_hash: str | None) -> None:
        """Keep a new person; without a hash nobody can sign in as them."""
        ...

    async def save(self, person: Person) -> None:
        """Keep what changed: grants, whether disabled, the epoch."""
        ...

    async def set_password(self, person_id: PersonId, password_hash: str) -> None:
        """Keep a new password's hash."""
        ...


class Seats(Protocol):
    """All seats."""

    async def get(self, seat_id: SeatId) -> Desk | None:
        """One seat."""
        ...

    async def by_code(self, body: BodyId, code: str) -> Desk | None:
        """The seat of a body with a code."""
        ...

    async def of_person(self, person_id: PersonId) -> Desk | None:
        """Where a person works now."""
        ...

    async def add(self, seat: Desk) -> None:
        """Keep a new seat."""
        ...

    async def save(self, seat: Desk) -> None:
        """Keep who works there, and what is offered."""
        ...

    async def note(self, note_id: str, seat_id: SeatId, author: PersonId, notes: str) -> None:
        """Keep what was said at a handing over."""
        ...


class Sessions(Protocol):
    """Sessions, known by the hash of their secret."""

    async def open(self, session: Session, secret_hash: bytes, *, source: str) -> None:
        """Keep a new session."""
        ...

    async def close(self, session_id: str) -> None:
        """End one session."""
        ...

    async def close_all(self, person_id: PersonId) -> None:
        """End all sessions of a person."""
        ...


class Attempts(Protocol):
    """Tries to sign in, counted in database time."""

    async def count(self, account: str, source: str) -> tuple[int, int]:
        """Tries in the window: for this account from this source, and from this source at all."""
        ...

    async def add(self, account: str, source: str) -> None:
        """Count one more."""
        ...

    async def forgive(self, account: str, source: str) -> None:
        """Forget them: the right password was given."""
        ...


class Tokens(Protocol):
    """API tokens, known by the hash of their secret."""

    async def get(self, token_id: str) -> ApiToken | None:
        """A token that was not withdrawn."""
        ...

    async def add(self, token: ApiToken, secret_hash: bytes, *, issued_by: str) -> None:
        """Keep a new token."""
        ...

    async def withdraw(self, token_id: str) -> None:
        """End one token."""
        ...

    async def withdraw_all(self, person_id: PersonId) -> None:
        """End all tokens of a person."""
        ...


class Passwords(Protocol):
    """The slow hash, computed beside the event loop."""

    async def hash(self, password: str) -> str:
        """The salted hash of a password, with its parameters."""
        ...

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password; as slow for an account that does not exist."""
        ...


class Moments(Protocol):
    """The database's time, by which sessions, tokens and revocations are dated."""

    async def now(self) -> datetime:
        """This moment."""
        ...


MaySee = Callable[[Subscription, str, Sight], bool]
"""Whether the subscribed body may see a thing of a kind: the one rule, asked for that body."""


class Subscriptions(Protocol):
    """Which bodies are told on topics of their own."""

    async def get(self, subscription_id: SubscriptionId) -> Subscription | None:
        """One subscription, whether it has ended or not."""
        ...

    async def of_body(self, body: BodyId) -> Subscription | None:
        """The one in force for a body."""
        ...

    async def add(self, subscription: Subscription) -> None:
        """Keep a new one."""
        ...

    async def save(self, subscription: Subscription) -> None:
        """Keep when it ended."""
        ...


class Sharing(Protocol):
    """What is known of things, what each subscriber was shown, and what is on its way to them."""

    async def incident(self, incident_id: IncidentId) -> KnownIncident:
        """An incident as far as it is known."""
        ...

    async def unit(self, unit_id: UnitId) -> KnownUnit:
        """A unit as far as it is known."""
        ...

    async def standing(self, things: Sequence[str]) -> Sequence[Known]:
        """Of these the units, and the incidents that are not over."""
        ...

    async def begin(self, subscription_id: SubscriptionId) -> Subscription | None:
        """Tell this subscriber from now on; None when that has ended meanwhile."""
        ...

    async def go_on(
        self, subscription_id: SubscriptionId, after: str, to: str | None
    ) -> Subscription | None:
        """It is told of all things up to a place, or of all; None when it is not at `after`."""
        ...

    async def has_begun(self, body: BodyId) -> bool:
        """Whether a body was told that sharing began, and not that it ended."""
        ...

    async def is_in_force(self, body: BodyId) -> bool:
        """Whether a subscription of a body has begun and not ended."""
        ...

    async def subscribers(self, key: str) -> Sequence[tuple[Subscription, bool]]:
        """Who is told now, and whether each was shown the thing with this key."""
        ...

    async def put(self, subscription: Subscription, event: SharedEvent) -> None:
        """Send a subscriber an event, unless it says what the last one of its key said."""
        ...


class Learning(Sharing, Protocol):
    """The same for whoever hears the facts by which things become known."""

    async def keep(self, known: Known, source: str) -> None:
        """Keep the part of it that a service tells."""
        ...


@dataclass(frozen=True, slots=True)
class Tables:
    """All of agency's tables within one transaction."""

    bodies: Bodies
    people: People
    seats: Seats
    sessions: Sessions
    attempts: Attempts
    tokens: Tokens
    moments: Moments
    subscriptions: Subscriptions


@dataclass(frozen=True, slots=True)
class Secret:
    """Something shown once, and the hash by which it is known from then on."""

    text: str
    hash: bytes
