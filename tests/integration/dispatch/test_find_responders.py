"""Who is asked: by shift where there is a roster, never outside of it; else by what was granted."""

import pytest

from beaconfire_contracts.facts.agency import GrantsChanged
from beaconfire_contracts.facts.dispatch import TaskOffered
from beaconfire_contracts.ids import IncidentId, PersonId
from beaconfire_contracts.locks import aggregate
from beaconfire_dispatch.application.find_responders import keys
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import CELL, City
from beaconfire_testkit.rosters import a_line, roster_of
from beaconfire_testkit.workers import VERIFIED, a_worker_of

LAPSED = {"until_at": "2020-02-01T00:00:00Z"}


@pytest.fixture
async def city(mapped: City) -> City:
    """Rosters are asked of the grid."""
    return mapped


async def test_who_is_off_shift_is_left_alone_and_the_deputy_is_asked(city: City) -> None:
    off, deputy = await a_worker_of(city, CELL), await a_worker_of(city, "akl.d1")
    await roster_of(city, a_line("worker", off, **LAPSED), a_line("deputy", deputy))

    await city.incident(VERIFIED)

    [offered] = await city.running.told(TaskOffered)
    assert offered.person_id == deputy


async def test_where_all_are_off_shift_it_is_the_desks(city: City) -> None:
    off = await a_worker_of(city, CELL)
    await roster_of(city, a_line("worker", off, **LAPSED))
    desk = new_id()
    await roster_of(city, a_line("desk", None, body=desk), area="akl.d1")

    await city.incident(VERIFIED)

    [offered] = await city.running.told(TaskOffered)
    assert (offered.person_id, offered.body) == (None, desk)


async def test_whose_right_was_taken_away_is_not_asked_though_rostered(city: City) -> None:
    gone = await a_worker_of(city, CELL)
    await roster_of(city, a_line("worker", gone))
    await city.running.tell(GrantsChanged(PersonId(gone), ()))
    await city.running.catch_up()

    found = (await city.desk.get("/v1/duty", params={"path": CELL})).json()

    assert found["responders"] == []


def test_it_is_asked_under_the_incidents_lock() -> None:
    demand = Demand(IncidentId(new_id()))

    assert keys(demand) == (aggregate(demand.incident_id),)
