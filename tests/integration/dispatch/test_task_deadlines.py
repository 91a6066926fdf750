"""Nobody takes a task: worker, deputy, leader, desk, each asked once and only once."""

import asyncio
from typing import Any

import asyncpg
import pytest

from beaconfire_contracts.facts.dispatch import TaskOffered
from beaconfire_contracts.facts.grid_work import TaskEscalated, TaskRaised
from beaconfire_contracts.vocabulary import DutyPart, TaskState
from beaconfire_dispatch.adapters.task_deadlines import TaskDeadlines
from beaconfire_dispatch.domain.roster import LADDER
from beaconfire_testkit.city import CELL, City, get, post
from beaconfire_testkit.rosters import a_line, roster_of
from beaconfire_testkit.workers import VERIFIED, a_worker_of, as_worker

_PATIENCE_GONE = """
    update task set accept_by = accept_by - interval '1 hour',
        asked_wall = asked_wall - interval '5 seconds' where state = 'offered'
"""


@pytest.fixture
async def city(mapped: City) -> City:
    """Rosters are asked of the grid."""
    return mapped


async def _a_ladder(city: City) -> list[str]:
    people = [await a_worker_of(city, CELL) for _ in range(3)]
    parts = ("worker", "deputy", "leader")
    lines = [a_line(part, person) for part, person in zip(parts, people, strict=True)]
    await roster_of(city, *lines)
    return people


async def _patience_runs_out(city: City) -> None:
    await city.running.ground.database.pool.execute(_PATIENCE_GONE)


async def test_each_step_of_the_ladder_is_asked_once_though_several_look(
    city: City, untaken: TaskDeadlines
) -> None:
    people = await _a_ladder(city)
    await city.incident(VERIFIED)

    for _ in range(6):
        await _patience_runs_out(city)
        await asyncio.gather(*(untaken.escalate() for _ in range(3)))

    offered = await city.running.told(TaskOffered)
    assert [one.part for one in offered] == list(LADDER)
    assert [one.person_id for one in offered] == [*people, None]
    assert offered[-1].body == city.centre.body
    told = await city.running.told(TaskEscalated)
    assert [(one.part, one.to_part, one.reason) for one in told] == [
        (part, LADDER[place + 1], "not_taken") for place, part in enumerate(LADDER[:-1])
    ]
    [last] = (await get(city.desk, "/v1/tasks", state="active"))["items"]
    assert (last["part"], last["accept_by"]) == ("desk", None)


async def test_what_somebody_took_is_not_passed_on(city: City, untaken: TaskDeadlines) -> None:
    people = await _a_ladder(city)
    await city.incident(VERIFIED)
    [task] = (await get(as_worker(city, people[0]), "/v1/tasks"))["items"]
    await post(as_worker(city, people[0]), f"/v1/tasks/{task['id']}/accept", {})
    await _patience_runs_out(city)

    assert await untaken.escalate() == 0
    assert await city.running.told(TaskEscalated) == []


async def test_within_five_seconds_of_the_wall_nobody_is_passed_over(
    city: City, untaken: TaskDeadlines
) -> None:
    await _a_ladder(city)
    await city.incident(VERIFIED)
    await city.running.ground.database.pool.execute(
        "update task set accept_by = accept_by - interval '1 hour'"
    )

    assert await untaken.escalate() == 0


async def test_the_database_itself_refuses_to_ask_a_part_twice(city: City) -> None:
    await _a_ladder(city)
    await city.incident(VERIFIED)

    with pytest.raises(asyncpg.UniqueViolationError):
        await city.running.ground.database.pool.execute(
            "insert into task (task_id, incident_id, kind, person_id, state, stand_off_m, "
            "offered_at, due_at, version, root_id, part) select gen_random_uuid(), incident_id, "
            "kind, person_id, state, stand_off_m, offered_at, due_at, 1, root_id, part from task"
        )


async def test_what_is_over_is_passed_to_nobody(city: City, untaken: TaskDeadlines) -> None:
    await _a_ladder(city)
    incident_id = await city.incident(VERIFIED)
    await city.close(incident_id)
    await _patience_runs_out(city)

    assert await untaken.escalate() == 0
    [offered] = await city.running.told(TaskOffered)
    assert offered.part is DutyPart.WORKER
    assert (await get(city.desk, "/v1/tasks"))["items"][0]["state"] == TaskState.WITHDRAWN


_TIME_IS_UP = """
    update task set due_at = due_at - interval '1 hour',
        asked_wall = asked_wall - interval '5 seconds' where state = 'accepted'
"""


async def test_who_took_it_and_is_not_there_is_helped_by_the_next_and_keeps_it(
    city: City, untaken: TaskDeadlines
) -> None:
    people = await _a_ladder(city)
    await city.incident(VERIFIED)
    worker, deputy = as_worker(city, people[0]), as_worker(city, people[1])
    [task] = (await get(worker, "/v1/tasks"))["items"]
    await post(worker, f"/v1/tasks/{task['id']}/accept", {})
    await city.running.ground.database.pool.execute(_TIME_IS_UP)

    looked = [await asyncio.gather(*(untaken.escalate() for _ in range(3))) for _ in range(2)]

    assert [sum(one) for one in looked] == [1, 0]
    [told] = await city.running.told(TaskEscalated)
    assert (told.part, told.to_part, told.reason) == ("worker", "deputy", "not_reached")
    [mine] = (await get(worker, "/v1/tasks", state="active"))["items"]
    assert (mine["state"], mine["late_at"] is None) == ("accepted", False)
    [next_one] = (await get(deputy, "/v1/tasks", state="active"))["items"]
    assert (next_one["state"], next_one["late_at"]) == ("offered", None)

    await post(worker, f"/v1/tasks/{task['id']}/arrive", {})

    [spared] = (await get(deputy, "/v1/tasks"))["items"]
    assert (spared["state"], spared["reason"]) == ("withdrawn", "reached")
    assert await untaken.escalate() == 0


async def test_a_deputy_who_took_it_meanwhile_goes_on_though_the_first_arrives(
    city: City, untaken: TaskDeadlines
) -> None:
    people = await _a_ladder(city)
    await city.incident(VERIFIED)
    worker, deputy = as_worker(city, people[0]), as_worker(city, people[1])
    [task] = (await get(worker, "/v1/tasks"))["items"]
    await post(worker, f"/v1/tasks/{task['id']}/accept", {})
    await city.running.ground.database.pool.execute(_TIME_IS_UP)
    await untaken.escalate()
    [second] = (await get(deputy, "/v1/tasks"))["items"]
    await post(deputy, f"/v1/tasks/{second['id']}/accept", {})

    await post(worker, f"/v1/tasks/{task['id']}/arrive", {})

    [going] = (await get(deputy, "/v1/tasks", state="active"))["items"]
    assert going["state"] == "accepted"


async def _the_desks_own(city: City) -> dict[str, Any]:
    """A task that nobody on foot can do: the desk that owns the incident has it."""
    incident_id = await city.incident("fire.structure")
    path = f"/v1/incidents/{incident_id}/tasks"
    task = await post(city.desk, path, {"kind": "watch"}, status=201)
    assert (task["part"], task["accept_by"]) == ("desk", None)
    return task


@pytest.mark.parametrize("step", ["", "accept"])
async def test_what_the_desk_does_not_reach_is_raised_to_its_shift_leader_once(
    city: City, untaken: TaskDeadlines, step: str
) -> None:
    task = await _the_desks_own(city)
    if step:
        await post(city.desk, f"/v1/tasks/{task['id']}/{step}", {})
    await city.running.ground.database.pool.execute(_TIME_IS_UP.replace("= 'accepted'", "<> ''"))

    looked = [await asyncio.gather(*(untaken.escalate() for _ in range(3))) for _ in range(2)]

    assert [sum(one) for one in looked] == [1, 0]
    [told] = await city.running.told(TaskRaised)
    assert (told.task_id, told.body) == (task["id"], city.centre.body)
    [still] = (await get(city.desk, "/v1/tasks", state="active"))["items"]
    assert still["id"] == task["id"]
    assert still["late_at"] is not None


async def test_what_the_desk_reached_is_raised_to_nobody(
    city: City, untaken: TaskDeadlines
) -> None:
    task = await _the_desks_own(city)
    await post(city.desk, f"/v1/tasks/{task['id']}/arrive", {})
    await city.running.ground.database.pool.execute(_TIME_IS_UP.replace("= 'accepted'", "<> ''"))

    assert await untaken.escalate() == 0
    assert await city.running.told(TaskRaised) == []
