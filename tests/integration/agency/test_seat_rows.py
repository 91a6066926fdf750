"""Seats come back from their table as they went in, offers too."""

from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from beaconfire_agency.domain.seats import HandOver
from beaconfire_contracts.ids import IncidentId
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON


async def test_a_seat_with_an_offer_comes_back_as_it_went_in(work: Any) -> None:
    seat, holder, successor = await work.seat(), await work.person("a"), await work.person("b")
    offer = HandOver(successor.id, new_id(), (IncidentId(new_id()),), NOON)
    taken = replace(seat, person_id=holder.id, taken_at=NOON, offer=offer)

    await work.tables.seats.save(taken)

    assert await work.tables.seats.get(seat.id) == taken
    assert await work.tables.seats.of_person(holder.id) == taken
    assert await work.tables.seats.by_code(seat.body, seat.code) == taken


async def test_the_database_itself_keeps_a_person_at_one_seat(work: Any) -> None:
    person, one, other = await work.person(), await work.seat("D1"), await work.seat("D2")
    await work.tables.seats.save(replace(one, person_id=person.id, taken_at=NOON))

    await work.tx.connection.execute("savepoint before")
    with pytest.raises(asyncpg.UniqueViolationError):
        await work.tables.seats.save(replace(other, person_id=person.id, taken_at=NOON))
    await work.tx.connection.execute("rollback to savepoint before")
