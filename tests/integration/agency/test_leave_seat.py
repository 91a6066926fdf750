"""Leaving a seat: only one's own, and nobody works there then."""

from typing import Any

import pytest

from beaconfire_agency.application.leave_seat import LeaveSeat, keys, leave_seat
from beaconfire_agency.application.take_seat import SEATING, TakeSeat, take_seat
from beaconfire_agency.domain.seats import NotYourSeat, SeatEmpty
from beaconfire_contracts.facts.agency import SeatLeft
from beaconfire_contracts.ids import PersonId, SeatId
from beaconfire_contracts.refusals import NotFound
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON


async def test_a_seat_that_was_left_is_empty(work: Any) -> None:
    person, seat = await work.person(), await work.seat()
    seats = work.tables.seats
    await take_seat(TakeSeat(seat.id, person.id), seats=seats, facts=work.tx, now=NOON)

    await leave_seat(LeaveSeat(seat.id, person.id), seats=seats, facts=work.tx, now=NOON)

    assert (await seats.get(seat.id)).person_id is None
    assert work.told[-1] == SeatLeft(seat.id, person.id, NOON)


async def test_nobody_leaves_for_somebody_else(work: Any) -> None:
    person, other, seat = await work.person("a"), await work.person("b"), await work.seat()
    seats = work.tables.seats
    await take_seat(TakeSeat(seat.id, person.id), seats=seats, facts=work.tx, now=NOON)

    with pytest.raises(NotYourSeat):
        await leave_seat(LeaveSeat(seat.id, other.id), seats=seats, facts=work.tx, now=NOON)


async def test_an_empty_or_unknown_seat_is_not_left(work: Any) -> None:
    person, seat = await work.person(), await work.seat()

    with pytest.raises(SeatEmpty):
        await leave_seat(
            LeaveSeat(seat.id, person.id), seats=work.tables.seats, facts=work.tx, now=NOON
        )
    stray = LeaveSeat(SeatId(new_id()), PersonId(new_id()))
    with pytest.raises(NotFound):
        await leave_seat(stray, seats=work.tables.seats, facts=work.tx, now=NOON)
    assert SEATING in keys(stray)
