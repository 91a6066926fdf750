"""What a caller must reach before touching bodies, people and seats: looked up in the transaction.

Nobody hands out more than they reach themselves: whoever gives a grant, a password or a token to
somebody could otherwise act as them, and rise.
"""

from collections.abc import Callable

from beaconfire_agency.application.ports import Tables
from beaconfire_agency.domain.bodies import Body, UnknownBody
from beaconfire_agency.domain.people import Person
from beaconfire_agency.entrypoints.views import person_resource, resource_of
from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId, PersonId, SeatId
from beaconfire_contracts.refusals import Forbidden, NotFound
from beaconfire_platform.access.allow import allow
from beaconfire_platform.access.subject import Resource
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Call, ResourceOf

TablesOf = Callable[[Tx], Tables]
Forget = Callable[[str], None]
"""Makes this process ask anew who a person is: at once here, by a fact everywhere else."""


class BeyondYourReach(Forbidden):
    """You can give only what you reach yourself."""


async def body_named(tables: Tables, body_id: str, pointer: str) -> Body:
    """A body that a request names; UnknownBody when there is none."""
    body = await tables.bodies.get(BodyId(body_id))
    if body is None:
        raise UnknownBody(pointer=pointer)
    return body


async def person_named(tables: Tables, person_id: str) -> tuple[Person, Body]:
    """A person by id, with their body; NotFound when there is none."""
    person = await tables.people.get(PersonId(person_id))
    home = None if person is None else await tables.bodies.get(person.body)
    if person is None or home is None:
        raise NotFound
    return person, home


def person_reached(tables_of: TablesOf, person_id: str) -> ResourceOf:
    """The person, as a resource."""

    async def resource(tx: Tx) -> Resource:
        return person_resource(*await person_named(tables_of(tx), person_id))

    return resource


def seat_reached(tables_of: TablesOf, seat_id: str) -> ResourceOf:
    """The seat, which lies in its body."""

    async def resource(tx: Tx) -> Resource:
        tables = tables_of(tx)
        seat = await tables.seats.get(SeatId(seat_id))
        body = None if seat is None else await tables.bodies.get(seat.body)
        if body is None:
            raise NotFound
        return resource_of(body)

    return resource


def body_reached(tables_of: TablesOf, body_id: str) -> ResourceOf:
    """The body that a request names as the home of something new; out of reach is not there."""

    async def resource(tx: Tx) -> Resource:
        body = await tables_of(tx).bodies.get(BodyId(body_id))
        if body is None:
            raise NotFound
        return resource_of(body)

    return resource


async def reaches_all(tables: Tables, call: Call, grants: tuple[Grant, ...]) -> None:
    """BeyondYourReach when a grant goes further than the caller's own permission does.

    Both halves count: the division that it reaches, and the body whose incidents it shows.
    """
    for body_id in sorted({grant.body for grant in grants}):
        body = await body_named(tables, body_id, "/grants")
        if not allow(call.subject, call.action, resource_of(body)).allowed:
            raise BeyondYourReach(pointer="/grants")
    for stretch in {grant.reach for grant in grants}:
        if not allow(call.subject, call.action, Resource(path=stretch)).allowed:
            raise BeyondYourReach(pointer="/grants")
