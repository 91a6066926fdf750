"""Change a password; every session opened with the old one ends."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_agency.application.ports import Facts, People, Sessions
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import NotFound


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Whose password it is, and the hash of the new one."""

    person_id: PersonId
    password_hash: str


def keys(command: ChangePassword) -> tuple[LockKey, ...]:
    """One person at a time."""
    return (aggregate(command.person_id),)


async def change_password(
    command: ChangePassword, *, people: People, sessions: Sessions, facts: Facts, now: datetime
) -> None:
    """The new password holds; API tokens go on, for they never knew the old one."""
    person = await people.get(command.person_id)
    if person is None:
        raise NotFound
    revoked, told = person.revoked(at=now)
    await people.set_password(person.id, command.password_hash)
    await people.save(revoked)
    await sessions.close_all(person.id)
    await facts.tell(told)
