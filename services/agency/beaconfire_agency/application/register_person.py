"""Register a person or a machine, with their grants and perhaps a password."""

from dataclasses import dataclass

from beaconfire_agency.application.ports import Bodies, Facts, People
from beaconfire_agency.domain.bodies import UnknownBody
from beaconfire_agency.domain.people import Person, SignInTaken
from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.locks import LockKey, aggregate


@dataclass(frozen=True, slots=True)
class RegisterPerson:
    """The person to register; the sign-in name makes the request safe to repeat."""

    person: Person
    password_hash: str | None


def keys(command: RegisterPerson) -> tuple[LockKey, ...]:
    """One sign-in name at a time, and the stream that is written."""
    return (aggregate(f"sign-in/{command.person.sign_in}"), aggregate(command.person.id))


async def register_person(
    command: RegisterPerson, *, bodies: Bodies, people: People, facts: Facts
) -> Person:
    """The person as kept; the same telling of a known sign-in name changes nothing.

    A repeat never changes the password: that has a command of its own.
    """
    person = command.person
    known = await people.by_sign_in(person.sign_in)
    if known is not None:
        if known.says_the_same_as(person):
            return known
        raise SignInTaken(pointer="/sign_in")
    home = await bodies.get(person.body)
    if home is None:
        raise UnknownBody(pointer="/body")
    for grant in person.grants:
        if grant.body != home.id and await bodies.get(grant.body) is None:
            raise UnknownBody(pointer="/grants")
    told = person.registered()
    await people.add(person, command.password_hash)
    await facts.tell(told, scope=Scope(owner=home.id, division=home.division))
    return person
