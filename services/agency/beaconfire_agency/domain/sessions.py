"""Sessions and tokens: how long they live, and how often somebody may try to sign in (R50, R51)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import PersonId, UnitId
from beaconfire_contracts.refusals import Invalid, TooMany, Unauthenticated

TRIES_MAX: Final = 5
"""Tries for one account from one source in the window: a typist's bad day, not a guesser's."""
SOURCE_TRIES_MAX: Final = 100
"""Tries from one source for any accounts: a whole centre behind one address at shift change."""
TRIES_WINDOW: Final = timedelta(minutes=15)
SESSION_LIFE: Final = timedelta(hours=12)
"""The longest shift; whoever works longer signs in again."""
TOKEN_LIFE_MAX: Final = timedelta(days=400)
"""A yearly change of tokens, with a month to spare."""
SCOPES_MAX: Final = 100


class BadCredentials(Unauthenticated):
    """The sign-in name or the password is not right."""


class TooManyTries(TooMany):
    """Too many tries; wait a quarter of an hour."""


class UnknownScope(Invalid):
    """No action has this name."""


class BadExpiry(Invalid):
    """A token ends in the future, and within 400 days."""


class UnboundUnit(Invalid):
    """No grant of this person is for this unit."""


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of one person, from opening to its end (会话)."""

    id: str
    person_id: PersonId
    opened_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A machine's or a person's right to call, named, limited and ending (访问令牌)."""

    id: str
    person_id: PersonId
    name: str
    scopes: tuple[str, ...]
    unit_id: UnitId | None
    issued_at: datetime
    expires_at: datetime


def open_session(session_id: str, person_id: PersonId, *, at: datetime) -> Session:
    """A session that ends after twelve hours whatever happens, sooner when idle."""
    return Session(session_id, person_id, at, at + SESSION_LIFE)


def check_tries(account: int, source: int) -> None:
    """Refuse when the tries within the window are used up."""
    if account >= TRIES_MAX or source >= SOURCE_TRIES_MAX:
        raise TooManyTries


def check_token(token: ApiToken, grants: tuple[Grant, ...], *, actions: frozenset[str]) -> None:
    """Refuse scopes that name no action, ends out of bounds, units that no grant is for."""
    if len(token.scopes) > SCOPES_MAX or not actions.issuperset(token.scopes):
        raise UnknownScope(pointer="/scopes")
    if not token.issued_at < token.expires_at <= token.issued_at + TOKEN_LIFE_MAX:
        raise BadExpiry(pointer="/expires_at")
    if token.unit_id is not None and all(grant.unit_id != token.unit_id for grant in grants):
        raise UnboundUnit(pointer="/unit_id")


def grants_in_force(grants: tuple[Grant, ...], unit_id: UnitId | None) -> tuple[Grant, ...]:
    """What a bearer may do: all of the person's grants, or those for the token's unit alone."""
    return grants if unit_id is None else tuple(one for one in grants if one.unit_id == unit_id)
