"""Whose units are proposed: those of who answers; a neighbour's are asked for, never taken."""

from dataclasses import replace
from typing import Any

import pytest

from beaconfire_contracts.facts.agency import BodyRegistered
from beaconfire_contracts.facts.dispatch import AssignmentDispatched
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.adapters.automatic_watch import Automatic
from beaconfire_dispatch.adapters.commands import command_of, read_commands
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.domain.engine.commanding import Command
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City, get, post
from beaconfire_testkit.neighbours import Neighbourhood
from beaconfire_testkit.service import a_subject


@pytest.fixture
async def foreign(city: City, around: Neighbourhood) -> str:
    """The only ladder that is free, next door, and of a neighbour's own division."""
    await post(city.desk, f"/v1/units/{city.units['L1']['id']}/status", {"status": "unable"})
    keeper = around.desk(around.near, Role.ADMINISTRATOR)
    station = {
        "code": "SN3", "name_zh": "邻站", "name_en": "Next door", "body": around.near,
        "point": {"lon": AKL[0], "lat": AKL[1]}, "division": f"of-{around.near}",
    }  # fmt: skip
    standing = await post(keeper, "/v1/stations", station, status=201)
    unit = {
        "call_sign": "N3", "kind": "ladder", "station_id": standing["id"],
        "capabilities": ["ladder"],
    }  # fmt: skip
    return str((await post(keeper, "/v1/units", unit, status=201))["id"])


async def _advice(city: City, planner: Planner, incident_id: str) -> Any:
    await planner.plan()
    return await get(city.desk, f"/v1/incidents/{incident_id}/recommendation")


async def _send_the_most_urgent_unasked(city: City) -> None:
    """A rule for everywhere, by who answers for everywhere."""
    leader = city.running.client(a_subject(Role.SHIFT_LEADER))
    rule = {"priority": 1, "mode": "auto", "target_s": 300, "acknowledge_s": 30}
    answer = await leader.put("/v1/policies", json=rule)
    assert answer.status_code == 200, answer.text


def _proposed(advice: Any) -> set[str]:
    return {one["call_sign"] for option in advice["options"] for one in option["units"]}


async def test_a_neighbours_unit_is_short_by_the_recommendation_and_may_be_asked_for(
    city: City, around: Neighbourhood, planner: Planner, foreign: str
) -> None:
    incident_id = await city.incident("fire.structure")

    advice = await _advice(city, planner, incident_id)
    asked = await post(city.desk, f"/v1/incidents/{incident_id}/aid", {}, status=201)
    given = {"unit_ids": [foreign]}
    await post(around.desk(around.near), f"/v1/aid/{asked['id']}/accept", given)
    after = await _advice(city, planner, incident_id)

    assert "N3" not in _proposed(advice)
    assert "ladder" in {one["capability"] for one in advice["short"]}
    assert advice["ruled_out"]["not_ours"] == 1
    assert asked["body"] == around.near
    assert "ladder" not in {one["capability"] for one in after["short"]}


async def test_the_machine_takes_no_unit_that_its_body_could_not_order(
    city: City, planner: Planner, whereabouts: Whereabouts, foreign: str
) -> None:
    await _send_the_most_urgent_unasked(city)
    ground = city.running.ground
    roads = Roads(ground.database, ground.http)
    automatic = Automatic(ground.database, ground.clock, roads, whereabouts, lambda: None)
    incident_id = await city.incident("fire.structure")
    await planner.plan()

    await automatic.follow()

    told = await city.running.told(AssignmentDispatched)
    sent = {one.unit_id for one in told if one.incident_id == incident_id}
    assert sent
    assert foreign not in sent


async def test_a_recommendation_of_before_the_owner_changed_takes_nobody_elses_unit(
    city: City, around: Neighbourhood, planner: Planner, whereabouts: Whereabouts
) -> None:
    await _send_the_most_urgent_unasked(city)
    incident_id = await city.incident("fire")
    await planner.plan()
    pool = city.running.ground.database.pool
    await pool.execute(
        "update demand set owner = $2 where incident_id = $1", incident_id, around.far
    )
    ground = city.running.ground
    roads = Roads(ground.database, ground.http)

    await Automatic(ground.database, ground.clock, roads, whereabouts, lambda: None).follow()

    assert await city.running.told(AssignmentDispatched) == []


async def test_who_stands_above_all_orders_everybody_below_and_a_stray_body_nobody_else(
    city: City, around: Neighbourhood
) -> None:
    stray = new_id()
    told = replace(
        an_example_of(BodyRegistered), body_id=BodyId(stray), territorial_parent=None,
        division="stray",
    )  # fmt: skip
    await city.running.tell(told)
    await city.running.catch_up()

    async with city.running.ground.database.reading() as connection:
        commands = await read_commands(connection)

    mine = str(city.centre.body)
    assert commands[around.above].below == {mine, around.near, around.far}
    assert commands[mine] == Command(mine, "akl")
    assert commands[stray] == Command(stray, "stray")
    assert command_of("unheard-of", commands) == Command("unheard-of")
    assert command_of(None, commands) is None
