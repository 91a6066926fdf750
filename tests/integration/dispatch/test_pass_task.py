"""A task that its worker cannot do: the next who answers is asked once, then it is the desk's."""

from beaconfire_contracts.facts.dispatch import TaskOffered
from beaconfire_contracts.ids import IncidentId, PersonId, TaskId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import TaskKind, TaskState
from beaconfire_dispatch.adapters.task_deadlines import TaskDeadlines
from beaconfire_dispatch.application.pass_task import keys
from beaconfire_dispatch.domain.task import Task
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import CELL, City, get, post
from beaconfire_testkit.workers import VERIFIED, a_worker_of, as_worker

CANNOT = {"reason": "gate_locked"}


async def test_the_deputy_is_asked_once_and_then_the_desk(city: City) -> None:
    nearest, deputy, leader = [await a_worker_of(city, one) for one in (CELL, "akl.d1", "akl")]
    await city.incident(VERIFIED)

    for worker in (nearest, deputy):
        [task] = (await get(as_worker(city, worker), "/v1/tasks", state="active"))["items"]
        await post(as_worker(city, worker), f"/v1/tasks/{task['id']}/cannot", CANNOT)

    told = await city.running.told(TaskOffered)
    assert [one.person_id for one in told] == [nearest, deputy, None]
    assert [one.body for one in told] == [None, None, city.centre.body]
    assert (await get(as_worker(city, leader), "/v1/tasks"))["items"] == []


async def test_what_the_desk_cannot_either_is_passed_to_nobody(city: City) -> None:
    only = await a_worker_of(city, CELL)
    await city.incident(VERIFIED)
    [task] = (await get(as_worker(city, only), "/v1/tasks"))["items"]
    await post(as_worker(city, only), f"/v1/tasks/{task['id']}/cannot", CANNOT)
    [theirs] = (await get(city.desk, "/v1/tasks", state="active"))["items"]
    assert (theirs["person_id"], theirs["body"]) == (None, city.centre.body)

    await post(city.desk, f"/v1/tasks/{theirs['id']}/cannot", CANNOT)

    assert len(await city.running.told(TaskOffered)) == 2
    assert (await get(city.desk, "/v1/tasks", state="active"))["items"] == []


async def test_told_twice_that_they_cannot_it_is_passed_on_once(city: City) -> None:
    only, _ = await a_worker_of(city, CELL), await a_worker_of(city, "akl.d1")
    await city.incident(VERIFIED)
    [task] = (await get(as_worker(city, only), "/v1/tasks"))["items"]

    for _ in range(2):
        await post(as_worker(city, only), f"/v1/tasks/{task['id']}/cannot", CANNOT)

    assert len(await city.running.told(TaskOffered)) == 2


async def _late_and_passed_on(city: City, untaken: TaskDeadlines, worker: str) -> str:
    """A task that its worker took and did not reach in time: the deputy is asked as well."""
    await city.incident(VERIFIED)
    [task] = (await get(as_worker(city, worker), "/v1/tasks"))["items"]
    await post(as_worker(city, worker), f"/v1/tasks/{task['id']}/accept", {})
    await city.running.ground.database.pool.execute(
        "update task set due_at = due_at - interval '1 hour', "
        "asked_wall = asked_wall - interval '5 seconds'"
    )
    assert await untaken.escalate() == 1
    return task["id"]


async def test_who_is_late_and_then_cannot_leaves_it_to_whoever_was_asked_since(
    city: City, untaken: TaskDeadlines
) -> None:
    nearest, deputy, _ = [await a_worker_of(city, one) for one in (CELL, "akl.d1", "akl")]
    task_id = await _late_and_passed_on(city, untaken, nearest)

    await post(as_worker(city, nearest), f"/v1/tasks/{task_id}/cannot", CANNOT)

    told = await city.running.told(TaskOffered)
    assert [one.person_id for one in told] == [nearest, deputy]


async def test_who_came_late_and_then_cannot_passes_it_above_whoever_was_spared(
    city: City, untaken: TaskDeadlines
) -> None:
    nearest, deputy, _ = [await a_worker_of(city, one) for one in (CELL, "akl.d1", "akl")]
    task_id = await _late_and_passed_on(city, untaken, nearest)
    await post(as_worker(city, nearest), f"/v1/tasks/{task_id}/arrive", {})

    await post(as_worker(city, nearest), f"/v1/tasks/{task_id}/cannot", CANNOT)

    told = await city.running.told(TaskOffered)
    assert [one.person_id for one in told] == [nearest, deputy, None]
    [left] = (await get(city.desk, "/v1/tasks", state="active"))["items"]
    assert left["body"] == city.centre.body


def test_it_is_done_under_the_incidents_lock() -> None:
    now = wall_now()
    task = Task(
        TaskId(new_id()), IncidentId(new_id()), TaskKind.VERIFY, PersonId("p"), TaskState.CANNOT,
        0.0, now, now, 1,
    )  # fmt: skip

    assert keys(task) == (aggregate(task.incident_id),)
