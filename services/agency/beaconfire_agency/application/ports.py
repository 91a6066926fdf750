"""What agency's use cases need: bodies, people, seats, sessions, tokens, the facts they tell."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from beaconfire_agency.domain.bodies import Body
from beaconfire_agency.domain.people import Person
from beaconfire_agency.domain.seats import Desk
from beaconfire_agency.domain.sessions import ApiToken, Session
from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.ids import BodyId, PersonId, SeatId


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


@dataclass(frozen=True, slots=True)
class Secret:
    """Something shown once, and the hash by which it is known from then on."""

    text: str
    hash: bytes
