"""Found the authority of a new deployment: its root body and its first administrator.

Everybody else is registered by somebody; the first cannot be. It happens once, at set-up.
"""

from dataclasses import dataclass

from beaconfire_agency.application.ports import Bodies, Facts, People, Seats
from beaconfire_agency.application.register_body import RegisterBody, register_body
from beaconfire_agency.application.register_body import keys as body_keys
from beaconfire_agency.application.register_person import RegisterPerson, register_person
from beaconfire_agency.application.register_person import keys as person_keys
from beaconfire_agency.domain.bodies import Body
from beaconfire_agency.domain.people import Person
from beaconfire_contracts.locks import LockKey


@dataclass(frozen=True, slots=True)
class FoundAuthority:
    """The root body, its first administrator, and the hash of the password shown once."""

    body: Body
    administrator: Person
    password_hash: str


def keys(command: FoundAuthority) -> tuple[LockKey, ...]:
    """Those of both registrations."""
    return (*body_keys(RegisterBody(command.body)), *person_keys(_registering(command)))


async def found_authority(
    command: FoundAuthority, *, bodies: Bodies, people: People, seats: Seats, facts: Facts
) -> bool:
    """Whether it was founded now; False when a body with that code exists already."""
    if await bodies.by_code(command.body.code) is not None:
        return False
    await register_body(RegisterBody(command.body), bodies=bodies, seats=seats, facts=facts)
    await register_person(_registering(command), bodies=bodies, people=people, facts=facts)
    return True


def _registering(command: FoundAuthority) -> RegisterPerson:
    return RegisterPerson(command.administrator, command.password_hash)
