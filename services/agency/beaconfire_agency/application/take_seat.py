"""Take a seat: a person works there from now on, and at no other desk."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_agency.application.ports import Facts, Seats
from beaconfire_agency.domain.seats import Desk
from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.ids import PersonId, SeatId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import NotFound

SEATING = aggregate("seating")
"""Who sits where changes one step at a time: it is rare, and often concerns two desks."""


@dataclass(frozen=True, slots=True)
class TakeSeat:
    """Who sits down where."""

    seat_id: SeatId
    person_id: PersonId


def keys(command: TakeSeat) -> tuple[LockKey, ...]:
    """All seating, and the seat's stream."""
    return (SEATING, aggregate(command.seat_id))


async def take_seat(command: TakeSeat, *, seats: Seats, facts: Facts, now: datetime) -> Desk:
    """The seat, taken; the desk where the person sat before is left."""
    seat = await seats.get(command.seat_id)
    if seat is None:
        raise NotFound
    taken, told = seat.take(command.person_id, at=now)
    if told is None:
        return taken
    former = await seats.of_person(command.person_id)
    if former is not None:
        empty, left = former.leave(command.person_id, at=now)
        await seats.save(empty)
        await facts.tell(left, scope=Scope(owner=former.body))
    await seats.save(taken)
    await facts.tell(told, scope=Scope(owner=seat.body))
    return taken
