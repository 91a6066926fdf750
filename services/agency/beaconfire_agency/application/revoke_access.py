"""Revoke whatever a person was given: sessions and tokens end, perhaps the account too."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_agency.application.ports import Facts, People, Sessions, Tokens
from beaconfire_agency.domain.people import Person
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import NotFound


@dataclass(frozen=True, slots=True)
class RevokeAccess:
    """Whose access ends, and whether they may sign in again."""

    person_id: PersonId
    disable: bool


def keys(command: RevokeAccess) -> tuple[LockKey, ...]:
    """One person at a time."""
    return (aggregate(command.person_id),)


async def revoke_access(
    command: RevokeAccess,
    *,
    people: People,
    sessions: Sessions,
    tokens: Tokens,
    facts: Facts,
    now: datetime,
) -> Person:
    """The person, with nothing left open; every service knows within five seconds."""
    person = await people.get(command.person_id)
    if person is None:
        raise NotFound
    revoked, told = person.revoked(at=now, disable=command.disable)
    await people.save(revoked)
    await sessions.close_all(person.id)
    await tokens.withdraw_all(person.id)
    await facts.tell(told)
    return revoked
