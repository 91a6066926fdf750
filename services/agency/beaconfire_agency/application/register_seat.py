"""Register a seat: a desk in a centre."""

from dataclasses import dataclass

from beaconfire_agency.application.ports import Bodies, Facts, Seats
from beaconfire_agency.domain.bodies import CodeTaken, UnknownBody
from beaconfire_agency.domain.seats import Desk
from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.locks import LockKey, aggregate


@dataclass(frozen=True, slots=True)
class RegisterSeat:
    """The seat to register; body and code make the request safe to repeat."""

    seat: Desk


def keys(command: RegisterSeat) -> tuple[LockKey, ...]:
    """One code of a body at a time, and the stream that is written."""
    seat = command.seat
    return (aggregate(f"seat-code/{seat.body}/{seat.code}"), aggregate(seat.id))


async def register_seat(
    command: RegisterSeat, *, bodies: Bodies, seats: Seats, facts: Facts
) -> Desk:
    """The seat as kept; the same telling of a known code changes nothing."""
    seat = command.seat
    known = await seats.by_code(seat.body, seat.code)
    if known is not None:
        if known.kind is seat.kind:
            return known
        raise CodeTaken(pointer="/code")
    body = await bodies.get(seat.body)
    if body is None:
        raise UnknownBody(pointer="/body")
    await seats.add(seat)
    await facts.tell(seat.registered(), scope=Scope(owner=body.id, division=body.division))
    return seat
