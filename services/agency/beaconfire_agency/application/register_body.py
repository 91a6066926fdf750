"""Register a body, with the pool seat that it is born with."""

from dataclasses import dataclass

from beaconfire_agency.application.ports import Bodies, Facts, Seats
from beaconfire_agency.domain.bodies import POOL_CODE, Body, CodeTaken, UnknownBody
from beaconfire_agency.domain.seats import Desk
from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import SeatKind


@dataclass(frozen=True, slots=True)
class RegisterBody:
    """The body to register; its code makes the request safe to repeat."""

    body: Body


def keys(command: RegisterBody) -> tuple[LockKey, ...]:
    """One code at a time, and the two streams that are written."""
    body = command.body
    return (
        aggregate(f"body-code/{body.code}"),
        aggregate(body.id),
        aggregate(body.pool_seat),
    )


async def register_body(
    command: RegisterBody, *, bodies: Bodies, seats: Seats, facts: Facts
) -> Body:
    """The body as it is kept; the same telling of a known code changes nothing."""
    body = command.body
    known = await bodies.by_code(body.code)
    if known is not None:
        if known.says_the_same_as(body):
            return known
        raise CodeTaken(pointer="/code")
    for field in ("territorial_parent", "professional_parent"):
        parent = getattr(body, field)
        if parent is not None and await bodies.get(parent) is None:
            raise UnknownBody(pointer=f"/{field}")
    told = body.registered()
    pool = Desk(body.pool_seat, POOL_CODE, SeatKind.POOL, body.id)
    await bodies.add(body)
    await seats.add(pool)
    await facts.tell(told, pool.registered(), scope=Scope(owner=body.id, division=body.division))
    return body
