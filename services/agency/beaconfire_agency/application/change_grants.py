"""Change what a person may do; whatever was issued for more is revoked at once."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_agency.application.ports import Bodies, Facts, People
from beaconfire_agency.domain.bodies import UnknownBody
from beaconfire_agency.domain.people import Person
from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import NotFound


@dataclass(frozen=True, slots=True)
class ChangeGrants:
    """All grants that a person holds from now on."""

    person_id: PersonId
    grants: tuple[Grant, ...]


def keys(command: ChangeGrants) -> tuple[LockKey, ...]:
    """One person at a time."""
    return (aggregate(command.person_id),)


async def change_grants(
    command: ChangeGrants, *, bodies: Bodies, people: People, facts: Facts, now: datetime
) -> Person:
    """The person with these grants and no others; `now` in database time."""
    person = await people.get(command.person_id)
    if person is None:
        raise NotFound
    for body in {grant.body for grant in command.grants}:
        if await bodies.get(body) is None:
            raise UnknownBody(pointer="/grants")
    changed, told = person.granted(command.grants, at=now)
    if told:
        await people.save(changed)
        await facts.tell(*told)
    return changed
