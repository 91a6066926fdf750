"""Open a session for a person whose password was just found right."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_agency.application.ports import Attempts, People, Secret, Sessions
from beaconfire_agency.domain import sessions as domain
from beaconfire_agency.domain.people import Person
from beaconfire_agency.domain.sessions import BadCredentials, Session
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.locks import LockKey, aggregate


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Whose session it is, and in which epoch the password was right."""

    session_id: str
    person_id: PersonId
    epoch: int
    sign_in: str
    source: str
    secret: Secret


def keys(command: OpenSession) -> tuple[LockKey, ...]:
    """One person at a time: a revocation comes wholly before or wholly after."""
    return (aggregate(command.person_id),)


async def open_session(
    command: OpenSession,
    *,
    people: People,
    sessions: Sessions,
    attempts: Attempts,
    now: datetime,
) -> tuple[Person, Session]:
    """The person and their session; refused when access was revoked meanwhile."""
    person = await people.get(command.person_id)
    if person is None or person.disabled or person.epoch != command.epoch:
        raise BadCredentials
    session = domain.open_session(command.session_id, person.id, at=now)
    await sessions.open(session, command.secret.hash, source=command.source)
    await attempts.forgive(command.sign_in, command.source)
    return person, session
