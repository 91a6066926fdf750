"""A person works at one seat: taking another leaves the first, both told."""

from typing import Any

import pytest

from beaconfire_agency.application.take_seat import SEATING, TakeSeat, keys, take_seat
from beaconfire_agency.domain.seats import Desk, PoolIsNobodys, SeatOccupied
from beaconfire_contracts.facts.agency import SeatLeft, SeatTaken
from beaconfire_contracts.ids import PersonId, SeatId
from beaconfire_contracts.refusals import NotFound
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON


async def _take(work: Any, seat_id: SeatId, person_id: PersonId) -> Desk:
    command = TakeSeat(seat_id, person_id)
    return await take_seat(command, seats=work.tables.seats, facts=work.tx, now=NOON)


async def test_a_taken_seat_is_told_and_kept(work: Any) -> None:
    person, seat = await work.person(), await work.seat()

    await _take(work, seat.id, person.id)

    assert (await work.tables.seats.of_person(person.id)).id == seat.id
    assert work.told[-1] == SeatTaken(seat.id, person.id, NOON)


async def test_whoever_moves_to_another_seat_leaves_the_first(work: Any) -> None:
    person, first, second = await work.person(), await work.seat("D1"), await work.seat("D2")
    await _take(work, first.id, person.id)

    await _take(work, second.id, person.id)

    assert (await work.tables.seats.get(first.id)).person_id is None
    assert [type(one) for one in work.told[-2:]] == [SeatLeft, SeatTaken]


async def test_taking_ones_own_seat_again_tells_nothing(work: Any) -> None:
    person, seat = await work.person(), await work.seat()
    await _take(work, seat.id, person.id)
    before = len(work.told)

    await _take(work, seat.id, person.id)

    assert len(work.told) == before


async def test_a_seat_where_somebody_works_is_not_taken(work: Any) -> None:
    seat = await work.seat()
    await _take(work, seat.id, (await work.person("a")).id)

    with pytest.raises(SeatOccupied):
        await _take(work, seat.id, (await work.person("b")).id)


async def test_nobody_sits_at_the_pool(work: Any) -> None:
    person = await work.person()
    body = await work.tables.bodies.get(person.body)

    with pytest.raises(PoolIsNobodys):
        await _take(work, body.pool_seat, person.id)


async def test_an_unknown_seat_is_not_found(work: Any) -> None:
    with pytest.raises(NotFound):
        await _take(work, SeatId(new_id()), PersonId(new_id()))
    assert SEATING in keys(TakeSeat(SeatId("s"), PersonId("p")))
