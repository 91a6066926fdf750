"""A receipt is told once, by whoever was asked alone."""

from beaconfire_contracts.facts.grid_work import TaskSeen
from beaconfire_contracts.ids import IncidentId, TaskId
from beaconfire_contracts.locks import aggregate
from beaconfire_dispatch.application.see_task import SeeTask, keys
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import CELL, City, get, post
from beaconfire_testkit.workers import VERIFIED, a_worker_of, as_worker


async def test_the_receipt_is_the_workers_own_and_is_told_once(city: City) -> None:
    worker = await a_worker_of(city, CELL)
    await city.incident(VERIFIED)
    [task] = (await get(as_worker(city, worker), "/v1/tasks"))["items"]
    path = f"/v1/tasks/{task['id']}/seen"

    by_desk = await city.desk.post(path, json={})
    first = await post(as_worker(city, worker), path, {})
    again = await post(as_worker(city, worker), path, {})

    assert (by_desk.status_code, by_desk.json()["code"]) == (403, "not_your_task")
    assert first["seen_at"] == again["seen_at"] is not None
    assert first["state"] == "offered"
    [told] = await city.running.told(TaskSeen)
    assert (told.task_id, told.person_id) == (task["id"], worker)


def test_it_is_done_under_the_incidents_lock() -> None:
    command = SeeTask(TaskId(new_id()), IncidentId(new_id()), wall_now())

    assert keys(command) == (aggregate(command.incident_id),)
