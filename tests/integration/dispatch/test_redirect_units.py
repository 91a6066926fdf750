"""A place that moves: new arrivals are told, and each crew acknowledges the new address."""

from dataclasses import replace
from typing import Any

from beaconfire_contracts.facts.dispatch import (
    AssignmentAcknowledged,
    AssignmentRedirected,
    RedirectionAcknowledged,
)
from beaconfire_contracts.facts.dispatch_life import RaisedToSuperior
from beaconfire_contracts.facts.incident import IncidentRelocated
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.places import Place, Point
from beaconfire_contracts.vocabulary import OverdueMatter, PlaceState
from beaconfire_dispatch.adapters.deadlines import Deadlines
from beaconfire_dispatch.application.redirect_units import keys
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City, get, post

THERE = Point(AKL[0] + 0.05, AKL[1])


async def _moves(city: City, incident_id: str, point: Point = THERE) -> None:
    told = replace(
        an_example_of(IncidentRelocated),
        incident_id=IncidentId(incident_id),
        place=Place(PlaceState.CONFIRMED, point),
    )
    await city.running.tell(told)
    await city.running.catch_up()


async def _read(city: City, assignment: dict[str, Any]) -> dict[str, Any]:
    page = await get(city.desk, "/v1/assignments", state="open")
    return next(one for one in page["items"] if one["id"] == assignment["id"])


async def test_each_crew_has_a_new_arrival_and_acknowledges_the_new_address(city: City) -> None:
    incident_id = await city.incident()
    first, second = await city.order(incident_id, "E1", "E2")
    await city.step(first, "acknowledge")

    await _moves(city, incident_id)

    told = await city.running.told(AssignmentRedirected)
    assert {one.assignment_id for one in told} == {first["id"], second["id"]}
    moved = await _read(city, first)
    assert moved["address_changed"]
    assert moved["eta_at"] > first["eta_at"]
    path = f"/v1/assignments/{first['id']}/acknowledge"
    known = await post(city.crew("E1"), path, {"fence": first["fence"]})
    again = await post(city.crew("E1"), path, {"fence": first["fence"]})
    assert (known["address_changed"], again["version"]) == (False, known["version"])
    [heard] = await city.running.told(RedirectionAcknowledged)
    assert heard.assignment_id == first["id"]
    assert (await _read(city, second))["address_changed"]


async def test_a_crew_that_does_not_know_the_new_address_in_time_is_raised_once_for_each_move(
    city: City, deadlines: Deadlines
) -> None:
    incident_id = await city.incident()
    silent, heard = await city.order(incident_id, "E1", "E2")
    for one in (silent, heard):
        await city.step(one, "acknowledge")
    await _moves(city, incident_id)
    await city.step(heard, "acknowledge")

    assert await deadlines.escalate() == 0
    await _long_after(city)
    await deadlines.escalate()
    await deadlines.escalate()
    once = await city.running.told(RaisedToSuperior)
    await city.step(silent, "acknowledge")
    await _moves(city, incident_id, Point(THERE.lon, THERE.lat + 0.05))
    await _long_after(city)
    await deadlines.escalate()

    matters = {(one.matter, one.assignment_id) for one in once}
    assert (len(once), matters) == (1, {(OverdueMatter.ADDRESS, silent["id"])})
    raised = await city.running.told(RaisedToSuperior)
    assert sorted(one.assignment_id for one in raised[1:]) == sorted([silent["id"], heard["id"]])


async def test_who_knew_the_last_address_has_all_the_time_for_the_next(
    city: City, deadlines: Deadlines
) -> None:
    incident_id = await city.incident()
    [one] = await city.order(incident_id, "E1")
    await city.step(one, "acknowledge")
    await _moves(city, incident_id)
    await city.step(one, "acknowledge")
    await _long_after(city)

    await _moves(city, incident_id, Point(THERE.lon, THERE.lat + 0.05))
    await deadlines.escalate()
    at_once = await city.running.told(RaisedToSuperior)
    await _long_after(city)
    await deadlines.escalate()

    assert at_once == []
    [raised] = await city.running.told(RaisedToSuperior)
    assert raised.assignment_id == one["id"]


async def _long_after(city: City) -> None:
    """Each limit has passed, by business time and by the wall."""
    await city.running.ground.database.pool.execute(
        "update deadline set due_at = due_at - interval '1 h', set_wall = set_wall - interval '1 h'"
    )


async def test_who_had_not_acknowledged_yet_says_both_at_once(city: City) -> None:
    incident_id = await city.incident()
    [one] = await city.order(incident_id, "E1")
    await _moves(city, incident_id)

    known = await city.step(one, "acknowledge")

    assert not known["address_changed"]
    assert len(await city.running.told(AssignmentAcknowledged)) == 1
    assert await city.running.told(RedirectionAcknowledged) == []


async def test_who_is_gone_or_on_the_way_to_a_hospital_is_not_redirected(city: City) -> None:
    incident_id = await city.incident()
    gone, carrying = await city.order(incident_id, "E1", "A1")
    await city.step(gone, "clear")
    await city.step(carrying, "transport")

    await _moves(city, incident_id)

    assert await city.running.told(AssignmentRedirected) == []


async def test_a_place_that_is_only_confirmed_redirects_nobody(city: City) -> None:
    incident_id = await city.incident()
    await city.order(incident_id, "E1")

    await _moves(city, incident_id, Point(*AKL))

    assert await city.running.told(AssignmentRedirected) == []


def test_it_is_done_under_the_incidents_lock() -> None:
    demand = Demand(IncidentId(new_id()))

    assert keys(demand) == (aggregate(demand.incident_id),)
