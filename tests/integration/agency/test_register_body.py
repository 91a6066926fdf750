"""A body comes with its pool seat, once, under its code."""

from dataclasses import replace
from typing import Any

import pytest

from beaconfire_agency.application.register_body import RegisterBody, keys, register_body
from beaconfire_agency.domain.bodies import Body, CodeTaken, UnknownBody
from beaconfire_contracts.facts.agency import BodyRegistered, SeatRegistered
from beaconfire_contracts.ids import BodyId, SeatId
from beaconfire_contracts.vocabulary import SeatKind
from beaconfire_platform.ids import new_id


async def _register(work: Any, body: Body) -> Body:
    tables = work.tables
    return await register_body(
        RegisterBody(body), bodies=tables.bodies, seats=tables.seats, facts=work.tx
    )


async def test_a_body_is_born_with_its_pool_seat(work: Any) -> None:
    body = await work.body()

    pool = await work.tables.seats.get(body.pool_seat)
    assert (pool.kind, pool.body) == (SeatKind.POOL, body.id)
    assert [type(one) for one in work.told] == [BodyRegistered, SeatRegistered]


async def test_the_same_told_again_changes_nothing(work: Any) -> None:
    body = await work.body()
    again = replace(body, id=BodyId(new_id()), pool_seat=SeatId(new_id()))

    assert await _register(work, again) == body
    assert len(work.told) == 2


async def test_another_body_under_the_same_code_is_refused(work: Any) -> None:
    body = await work.body()

    with pytest.raises(CodeTaken):
        await _register(work, replace(body, division="elsewhere"))


@pytest.mark.parametrize("line", ["territorial_parent", "professional_parent"])
async def test_a_parent_must_exist(work: Any, line: str) -> None:
    with pytest.raises(UnknownBody) as refusal:
        await work.body("akl", **{line: new_id()})

    assert refusal.value.pointer == f"/{line}"


async def test_both_lines_of_parents_are_kept(work: Any) -> None:
    city, ministry = await work.body("city"), await work.body("ministry")

    body = await work.body("fire", territorial_parent=city.id, professional_parent=ministry.id)

    kept = await work.tables.bodies.get(body.id)
    assert (kept.territorial_parent, kept.professional_parent) == (city.id, ministry.id)


async def test_what_is_written_is_locked(work: Any) -> None:
    body = await work.body()

    names = {key.name for key in keys(RegisterBody(body))}

    assert {body.id, body.pool_seat} <= names
