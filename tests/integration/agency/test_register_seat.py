"""A seat is registered once under its body and code."""

from dataclasses import replace
from typing import Any

import pytest

from beaconfire_agency.application.register_seat import RegisterSeat, keys, register_seat
from beaconfire_agency.domain.bodies import CodeTaken, UnknownBody
from beaconfire_agency.domain.seats import Desk
from beaconfire_contracts.facts.agency import SeatRegistered
from beaconfire_contracts.ids import BodyId, SeatId
from beaconfire_contracts.vocabulary import SeatKind
from beaconfire_platform.ids import new_id


async def _register(work: Any, seat: Desk) -> Desk:
    tables = work.tables
    return await register_seat(
        RegisterSeat(seat), bodies=tables.bodies, seats=tables.seats, facts=work.tx
    )


async def test_a_seat_is_told_with_its_body(work: Any) -> None:
    seat = await work.seat()

    assert work.told[-1] == SeatRegistered(seat.id, "D1", SeatKind.DISPATCHING, seat.body)


async def test_the_same_told_again_changes_nothing(work: Any) -> None:
    seat = await work.seat()
    before = len(work.told)

    assert await _register(work, replace(seat, id=SeatId(new_id()))) == seat
    assert len(work.told) == before


async def test_another_kind_under_the_same_code_is_refused(work: Any) -> None:
    seat = await work.seat()

    with pytest.raises(CodeTaken):
        await _register(work, replace(seat, kind=SeatKind.LEADING))


async def test_two_bodies_may_use_the_same_code(work: Any) -> None:
    one = await work.seat("D1", await work.body("a"))
    other = await work.seat("D1", await work.body("b"))

    assert one.id != other.id


async def test_its_body_must_exist(work: Any) -> None:
    seat = await work.seat()
    stray = replace(seat, code="D9", body=BodyId(new_id()))

    with pytest.raises(UnknownBody):
        await _register(work, stray)
    assert seat.id in {key.name for key in keys(RegisterSeat(seat))}
