"""Handing over: offered with notes, accepted by the next; or decided by the shift leader."""

from dataclasses import replace
from typing import Any

import pytest

from beaconfire_agency.application.hand_over_seat import (
    HandOverSeat,
    UnknownSuccessor,
    hand_over_seat,
    keys,
)
from beaconfire_agency.application.take_seat import SEATING, TakeSeat, take_seat
from beaconfire_agency.domain.people import Person
from beaconfire_agency.domain.seats import Desk, NotYourSeat
from beaconfire_contracts.facts.agency import SeatHandedOver, SeatLeft
from beaconfire_contracts.ids import IncidentId, PersonId
from beaconfire_contracts.refusals import NotFound
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON

OPEN = (IncidentId(new_id()), IncidentId(new_id()))


def _handing(seat: Desk, by: Person, to: Person, *, decided: bool = False) -> HandOverSeat:
    return HandOverSeat(
        seat.id, by.id, to.id, new_id(), "two fires, both under control", OPEN, decided
    )


async def _hand(work: Any, command: HandOverSeat) -> Desk:
    return await hand_over_seat(
        command, seats=work.tables.seats, people=work.tables.people, facts=work.tx, now=NOON
    )


async def _seated(work: Any) -> tuple[Desk, Person, Person]:
    holder, successor, seat = await work.person("a"), await work.person("b"), await work.seat()
    await take_seat(TakeSeat(seat.id, holder.id), seats=work.tables.seats, facts=work.tx, now=NOON)
    return seat, holder, successor


async def test_an_offer_moves_nothing_until_it_is_accepted(work: Any) -> None:
    seat, holder, successor = await _seated(work)

    offered = await _hand(work, _handing(seat, holder, successor))

    assert offered.person_id == holder.id
    assert offered.offer is not None
    assert offered.offer.to == successor.id
    assert not any(isinstance(one, SeatHandedOver) for one in work.told)


async def test_accepted_it_is_told_with_what_was_offered(work: Any) -> None:
    seat, holder, successor = await _seated(work)
    await _hand(work, _handing(seat, holder, successor))

    handed = await _hand(work, replace(_handing(seat, successor, successor), open_incidents=()))

    assert handed.person_id == successor.id
    assert work.told[-1] == SeatHandedOver(seat.id, holder.id, successor.id, OPEN, NOON)
    notes = await work.tx.connection.fetchval("select count(*) from seat_note")
    assert notes == 2


async def test_whoever_was_not_offered_the_seat_cannot_accept_it(work: Any) -> None:
    seat, _, successor = await _seated(work)

    with pytest.raises(NotYourSeat):
        await _hand(work, _handing(seat, successor, successor))


async def test_a_shift_leader_decides_without_either_word(work: Any) -> None:
    seat, holder, successor = await _seated(work)
    leader = await work.person("leader")

    handed = await _hand(work, _handing(seat, leader, successor, decided=True))

    assert handed.person_id == successor.id
    assert work.told[-1].from_person == holder.id


async def test_a_shift_leader_can_take_over_themselves(work: Any) -> None:
    seat, holder, _ = await _seated(work)
    leader = await work.person("leader")

    handed = await _hand(work, _handing(seat, leader, leader, decided=True))

    assert handed.person_id == leader.id
    assert work.told[-1].from_person == holder.id


async def test_a_successor_leaves_the_desk_they_had(work: Any) -> None:
    seat, holder, successor = await _seated(work)
    other = await work.seat("D2")
    await take_seat(
        TakeSeat(other.id, successor.id), seats=work.tables.seats, facts=work.tx, now=NOON
    )
    await _hand(work, _handing(seat, holder, successor))

    await _hand(work, _handing(seat, successor, successor))

    assert (await work.tables.seats.get(other.id)).person_id is None
    assert [type(one) for one in work.told[-2:]] == [SeatLeft, SeatHandedOver]


async def test_nobody_hands_over_to_a_stranger(work: Any) -> None:
    seat, holder, _ = await _seated(work)
    disabled = await work.person("gone", disabled=True)
    stranger = replace(holder, id=PersonId(new_id()))

    for one in (disabled, stranger):
        with pytest.raises(UnknownSuccessor):
            await _hand(work, _handing(seat, holder, one))
    with pytest.raises(NotFound):
        await _hand(work, replace(_handing(seat, holder, holder), seat_id=new_id()))
    assert SEATING in keys(_handing(seat, holder, holder))
