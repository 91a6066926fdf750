"""Requests in rows: a body is asked once along a root; who could lend is free and able."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from beaconfire_contracts.ids import AidId, BodyId, IncidentId
from beaconfire_contracts.needs import Need
from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import NotFound
from beaconfire_contracts.vocabulary import AidState
from beaconfire_dispatch.adapters.aid_rows import PgAids
from beaconfire_dispatch.domain.aid import Aid
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City
from beaconfire_testkit.neighbours import Neighbourhood


def _aid(**change: Any) -> Aid:
    now, name = wall_now(), AidId(new_id())
    one = Aid(
        name, name, IncidentId(new_id()), BodyId("b"), BodyId("me"),
        (Need("engine", 2, ("ladder",)),), AidState.ASKED, now, now + timedelta(minutes=3),
    )  # fmt: skip
    return replace(one, **change)


async def test_what_is_kept_comes_back(tables: Any) -> None:
    aids, one = PgAids(tables.tx.connection), _aid()
    await aids.add(one)
    changed = replace(one, state=AidState.DECLINED, reason="own_fire", version=2)
    await aids.save(changed)

    assert await aids.get(one.id) == changed
    assert await aids.of_incident(one.incident_id) == [changed]
    with pytest.raises(NotFound):
        await aids.get(AidId(new_id()))


@pytest.mark.parametrize("same", ["root_and_body", "incident"])
async def test_the_database_itself_refuses_to_ask_twice(tables: Any, same: str) -> None:
    aids, one = PgAids(tables.tx.connection), _aid()
    await aids.add(one)
    again = _aid(root_id=one.root_id) if same == "root_and_body" else _aid(body=BodyId("c"))
    if same == "incident":
        again = replace(again, incident_id=one.incident_id)

    with pytest.raises(asyncpg.UniqueViolationError):
        await aids.add(again)
    await tables.tx.connection.execute("rollback; begin")


async def test_only_free_and_able_units_of_others_make_a_lender(
    city: City, around: Neighbourhood, tables: Any, helping_in: Any
) -> None:
    neighbours = helping_in(tables.tx).neighbours
    before = await neighbours.lenders((Need("engine", 1),), Point(*AKL))
    await city.order(await city.incident(None), "N1")
    after = await neighbours.lenders((Need("hazmat", 1, ("engine",)),), None)

    assert {one.body for one in before} == {city.centre.body, around.near, around.far}
    assert {one.body for one in after} == {city.centre.body, around.far}
    times = {one.body: one.travel_time_s for one in before}
    assert times[BodyId(around.near)] < times[BodyId(around.far)]


async def test_of_more_who_could_help_than_are_looked_at_the_nearest_are(
    city: City, around: Neighbourhood, tables: Any, helping_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beaconfire_dispatch.adapters.aid_rows.LENDERS_MAX", 1)
    neighbours = helping_in(tables.tx).neighbours

    found = await neighbours.lenders((Need("engine", 1),), Point(AKL[0] + 0.1, AKL[1]))

    assert [one.body for one in found] == [around.far]
