"""Deadlines: reminded once, taken back once, never within five seconds of the wall; settling."""

import asyncio
from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch import (
    AssignmentCancelled,
    AssignmentMovedAway,
    AssignmentRehomed,
    Reassigned,
    Reminded,
    ResponseEnded,
    UnitStatusChanged,
)
from beaconfire_contracts.facts.incident import IncidentVoided
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.vocabulary import StatusSource, UnitStatus
from beaconfire_dispatch.adapters.deadlines import Deadlines
from beaconfire_testkit.city import City, get

_PATIENCE_GONE = """
    update assignment set acknowledge_by = acknowledge_by - interval '1 hour',
        dispatched_at = dispatched_at - interval '1 hour'
"""
_WALL_GONE = "update assignment set asked_wall = asked_wall - interval '5 seconds'"


async def _business_runs_out(city: City) -> None:
    await city.running.ground.database.pool.execute(_PATIENCE_GONE)


async def _wall_runs_out(city: City) -> None:
    await city.running.ground.database.pool.execute(_WALL_GONE)


async def test_a_silent_crew_is_reminded_once_then_the_order_goes_back_once(
    city: City, deadlines: Deadlines
) -> None:
    incident_id = await city.incident()
    [one] = await city.order(incident_id, "E1")
    for _ in range(2):
        await _business_runs_out(city)
        await _wall_runs_out(city)
        await asyncio.gather(deadlines.remind(), deadlines.remind())
        await deadlines.remind()

    [reminded] = await city.running.told(Reminded)
    [reassigned] = await city.running.told(Reassigned)
    [cancelled] = await city.running.told(AssignmentCancelled)
    assert reminded.assignment_id == reassigned.assignment_id == one["id"]
    assert (cancelled.source, cancelled.reason) == (StatusSource.SYSTEM, "not_acknowledged")
    unit = await city.unit("E1")
    assert (unit["status"], unit["primary"]) == ("unable", "not_available")
    assert (unit["reason"], unit["incident_id"]) == ("not_acknowledged", None)
    assert await deadlines.remind() == 0


async def test_a_reminded_crew_has_as_long_again_to_answer(
    city: City, deadlines: Deadlines
) -> None:
    [one] = await city.order(await city.incident(), "E1")
    await _business_runs_out(city)
    await _wall_runs_out(city)
    await deadlines.remind()
    await _wall_runs_out(city)

    assert await deadlines.remind() == 0
    after = await get(city.desk, f"/v1/assignments/{one['id']}")
    assert after["reminded_at"] is not None
    assert (await city.step(one, "acknowledge"))["status"] == "acknowledged"
    await _business_runs_out(city)
    assert await deadlines.remind() == 0


async def test_however_fast_business_runs_a_crew_has_five_seconds_of_the_wall(
    city: City, deadlines: Deadlines
) -> None:
    city.running.clock.set(speed=960)
    await city.order(await city.incident(), "E1")
    await asyncio.sleep(0.3)

    early = await deadlines.remind()
    await _wall_runs_out(city)
    then = await deadlines.remind()
    await asyncio.sleep(0.3)
    again = await deadlines.remind()

    assert (early, then, again) == (0, 1, 0)
    assert len(await city.running.told(Reminded)) == 1
    assert await city.running.told(Reassigned) == []


async def test_who_acknowledges_at_that_moment_is_not_reminded(
    city: City, deadlines: Deadlines
) -> None:
    [one] = await city.order(await city.incident(), "E1")
    await _business_runs_out(city)
    await _wall_runs_out(city)

    await asyncio.gather(deadlines.remind(), city.step(one, "acknowledge"))

    assert await city.running.told(Reassigned) == []
    assert (await city.unit("E1"))["status"] == "acknowledged"


@pytest.mark.parametrize("ending", ["closed", "voided"])
async def test_an_incident_that_is_over_lets_everybody_go(
    city: City, deadlines: Deadlines, ending: str
) -> None:
    incident_id = await city.incident()
    first, _ = await city.order(incident_id, "E1", "A1")
    await city.step(first, "en-route")

    if ending == "closed":
        await city.close(incident_id)
    else:
        await city.running.tell(IncidentVoided(IncidentId(incident_id), "mistake"))
        await city.running.catch_up()
    settled = await deadlines.settle()

    assert (settled, await deadlines.settle()) == (2, 0)
    told = await city.running.told(AssignmentCancelled)
    assert {one.reason for one in told} == {"incident_over"}
    assert (await city.unit("E1"))["status"] == "returning"
    assert (await city.unit("A1"))["status"] == "in_service"
    assert len(await city.running.told(ResponseEnded)) == 1


async def test_a_merge_takes_crews_along_and_a_split_brings_them_home_each_told_once(
    city: City, deadlines: Deadlines
) -> None:
    home, goal = await city.incident(), await city.incident()
    [one] = await city.order(home, "E1")
    await city.step(one, "en-route")
    before = len(await city.running.told(UnitStatusChanged))

    await city.merge(home, goal)
    await asyncio.gather(deadlines.settle(), deadlines.settle())
    merged = await city.unit("E1")
    await city.split(home, goal)
    await asyncio.gather(deadlines.settle(), deadlines.settle())
    split = await city.unit("E1")

    assert (merged["incident_id"], merged["status"]) == (goal, "en_route")
    assert (split["incident_id"], split["status"]) == (home, "en_route")
    away = await city.running.told(AssignmentMovedAway)
    here = await city.running.told(AssignmentRehomed)
    assert [(each.incident_id, each.to_incident_id) for each in away] == [
        (home, goal), (goal, home),
    ]  # fmt: skip
    assert [(each.incident_id, each.from_incident_id) for each in here] == [
        (goal, home), (home, goal),
    ]  # fmt: skip
    moves = (await city.running.told(UnitStatusChanged))[before:]
    assert [(each.status, each.incident_id) for each in moves] == [
        (UnitStatus.EN_ROUTE, goal), (UnitStatus.EN_ROUTE, home),
    ]  # fmt: skip
    fence = {"fence": one["fence"]}
    told = await city.crew("E1").post(f"/v1/assignments/{one['id']}/on-scene", json=fence)
    assert told.status_code == 200


async def test_closing_the_incident_that_goes_on_lets_the_others_crews_go_too(
    city: City, deadlines: Deadlines
) -> None:
    home, goal = await city.incident(), await city.incident()
    await city.order(home, "E1")
    await city.order(goal, "E2")
    await city.merge(home, goal)

    await city.close(goal)
    await deadlines.settle()

    assert await deadlines.settle() == 0
    assert [(await city.unit(one))["incident_id"] for one in ("E1", "E2")] == [None, None]
    assert len(await city.running.told(AssignmentCancelled)) == 2


async def test_a_crew_ordered_to_the_goal_stays_there_after_a_split(
    city: City, deadlines: Deadlines
) -> None:
    home, goal = await city.incident(), await city.incident()
    await city.merge(home, goal)
    await city.order(goal, "E1")

    await city.split(home, goal)

    assert await deadlines.settle() == 0
    assert (await city.unit("E1"))["incident_id"] == goal


async def test_the_watch_settles_when_told_to_look(city: City, deadlines: Deadlines) -> None:
    incident_id = await city.incident()
    await city.order(incident_id, "E1")
    await city.close(incident_id)
    watch = asyncio.create_task(deadlines.watch_forever())

    deadlines.look()
    unit: dict[str, Any] = {}
    for _ in range(100):
        unit = await city.unit("E1")
        if unit["incident_id"] is None:
            break
        await asyncio.sleep(0.02)
    watch.cancel()
    await asyncio.gather(watch, return_exceptions=True)

    assert unit["incident_id"] is None
