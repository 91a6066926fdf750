"""Leave a seat: nobody works there until it is taken again."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_agency.application.ports import Facts, Seats
from beaconfire_agency.application.take_seat import SEATING
from beaconfire_agency.domain.seats import Desk
from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.ids import PersonId, SeatId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import NotFound


@dataclass(frozen=True, slots=True)
class LeaveSeat:
    """Who stands up from where."""

    seat_id: SeatId
    person_id: PersonId


def keys(command: LeaveSeat) -> tuple[LockKey, ...]:
    """All seating, and the seat's stream."""
    return (SEATING, aggregate(command.seat_id))


async def leave_seat(command: LeaveSeat, *, seats: Seats, facts: Facts, now: datetime) -> Desk:
    """The seat, empty."""
    seat = await seats.get(command.seat_id)
    if seat is None:
        raise NotFound
    empty, told = seat.leave(command.person_id, at=now)
    await seats.save(empty)
    await facts.tell(told, scope=Scope(owner=seat.body))
    return empty
