"""Close one session: signing out."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_agency.application.ports import Facts, Sessions
from beaconfire_contracts.facts.agency import AccessRevoked
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.locks import LockKey, aggregate


@dataclass(frozen=True, slots=True)
class CloseSession:
    """Which session of whom."""

    session_id: str
    person_id: PersonId


def keys(command: CloseSession) -> tuple[LockKey, ...]:
    """One person at a time."""
    return (aggregate(command.person_id),)


async def close_session(
    command: CloseSession, *, sessions: Sessions, facts: Facts, now: datetime
) -> None:
    """Nothing that was exchanged for it opens anything any more."""
    await sessions.close(command.session_id)
    await facts.tell(AccessRevoked(command.person_id, now, session_id=command.session_id))
