"""Hand a seat over: offered with notes by who sits there, accepted by who comes next.

A shift leader may decide it without either word: then it is done at once.
"""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_agency.application.ports import Facts, People, Seats
from beaconfire_agency.application.take_seat import SEATING
from beaconfire_agency.domain.people import Person
from beaconfire_agency.domain.seats import Desk, HandOver
from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.facts.agency import SeatHandedOver
from beaconfire_contracts.ids import IncidentId, PersonId, SeatId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Invalid, NotFound


class UnknownSuccessor(Invalid):
    """The person who should sit here next is not known, or may not sign in."""


@dataclass(frozen=True, slots=True)
class HandOverSeat:
    """Who hands which seat to whom, with which incidents and notes; `decided` needs no word."""

    seat_id: SeatId
    by: PersonId
    accepted_by: PersonId
    note_id: str
    notes: str
    open_incidents: tuple[IncidentId, ...]
    decided: bool


def keys(command: HandOverSeat) -> tuple[LockKey, ...]:
    """All seating, and the seat's stream."""
    return (SEATING, aggregate(command.seat_id))


async def hand_over_seat(
    command: HandOverSeat, *, seats: Seats, people: People, facts: Facts, now: datetime
) -> Desk:
    """The seat: offered, when its holder spoke; the successor's, when they did or it is decided."""
    seat = await seats.get(command.seat_id)
    if seat is None:
        raise NotFound
    successor = await people.get(command.accepted_by)
    if successor is None or successor.disabled:
        raise UnknownSuccessor(pointer="/accepted_by")
    if command.notes:
        await seats.note(command.note_id, seat.id, command.by, command.notes)
    if command.by == successor.id and not command.decided:
        handed, told = seat.accept(successor.id, at=now)
    elif command.decided and command.by != seat.person_id:
        handed, told = seat.hand_over(successor.id, command.open_incidents, at=now)
    else:
        offer = HandOver(successor.id, command.note_id, command.open_incidents, now)
        offered = seat.offer_to(offer, by=command.by)
        await seats.save(offered)
        return offered
    await _seat(handed, told, successor, seats=seats, facts=facts, now=now)
    return handed


async def _seat(
    handed: Desk,
    told: SeatHandedOver,
    successor: Person,
    *,
    seats: Seats,
    facts: Facts,
    now: datetime,
) -> None:
    """The successor leaves whatever desk they had, for a person works at one."""
    former = await seats.of_person(successor.id)
    if former is not None:
        empty, left = former.leave(successor.id, at=now)
        await seats.save(empty)
        await facts.tell(left, scope=Scope(owner=former.body))
    await seats.save(handed)
    await facts.tell(told, scope=Scope(owner=handed.body))
