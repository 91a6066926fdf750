"""Grid workers' tasks: offered once to whoever is nearest in the grid, stepped by the worker."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx

from beaconfire_contracts.facts.agency import GrantsChanged
from beaconfire_contracts.facts.dispatch import TaskOffered, TaskStateChanged
from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.facts.incident import IncidentReclassified
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.vocabulary import Priority, Role, TaskKind, TaskState
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.city import CELL, City, a_placing, get, post
from beaconfire_testkit.workers import VERIFIED, a_worker_of, as_worker


async def _offered(city: City) -> tuple[httpx.AsyncClient, dict[str, Any]]:
    worker = await a_worker_of(city, CELL)
    await city.incident(VERIFIED)
    client = as_worker(city, worker)
    [task] = (await get(client, "/v1/tasks"))["items"]
    return client, task


async def test_the_worker_of_the_smallest_area_is_asked_once(city: City) -> None:
    await a_worker_of(city, "akl.d1")
    nearest = await a_worker_of(city, CELL)
    await a_worker_of(city, "akl.d1.c10")
    opened = city.opened(VERIFIED)

    await city.running.tell(opened, a_placing(opened), a_placing(opened))
    await city.running.catch_up()
    await city.running.tell(replace(a_placing(opened), layer_version=2))
    await city.running.catch_up()

    [offered] = await city.running.told(TaskOffered)
    assert (offered.kind, offered.person_id) == (TaskKind.VERIFY, nearest)
    assert offered.incident_id == opened.incident_id
    assert offered.due_at - offered.offered_at == timedelta(minutes=20)
    assert len(await city.running.told(IncidentPlaced)) == 3


async def test_among_equals_whoever_has_least_to_do_is_asked(city: City) -> None:
    pair = {await a_worker_of(city, CELL), await a_worker_of(city, CELL)}

    await city.incident(VERIFIED)
    await city.incident(VERIFIED)

    assert {one.person_id for one in await city.running.told(TaskOffered)} == pair


async def test_a_type_that_asks_for_no_look_offers_nothing(city: City) -> None:
    await a_worker_of(city, CELL)

    await city.incident("fire.structure")
    await city.incident(None)
    await city.incident(VERIFIED, path="akl.d2.c1")

    assert await city.running.told(TaskOffered) == []


async def test_who_is_no_worker_any_more_is_not_asked(city: City) -> None:
    worker = await a_worker_of(city, CELL)
    await city.running.tell(GrantsChanged(PersonId(worker), ()))

    await city.incident(VERIFIED)

    assert await city.running.told(TaskOffered) == []


async def test_a_type_learnt_later_offers_then(city: City) -> None:
    worker = await a_worker_of(city, CELL)
    incident_id = await city.incident(None)
    told = replace(
        an_example_of(IncidentReclassified),
        incident_id=incident_id,
        type=VERIFIED,
        priority=Priority.P3,
    )

    await city.running.tell(told)
    await city.running.catch_up()

    [offered] = await city.running.told(TaskOffered)
    assert offered.person_id == worker


async def test_a_worker_reads_place_and_work_and_tells_each_step(city: City) -> None:
    worker, task = await _offered(city)

    states: list[str] = []
    for verb in ("accept", "arrive", "done"):
        now = await post(worker, f"/v1/tasks/{task['id']}/{verb}", {})
        again = await post(worker, f"/v1/tasks/{task['id']}/{verb}", {})
        assert again == now
        states.append(now["state"])

    assert (task["kind"], task["incident_type"], task["cell"]) == ("verify", VERIFIED, "c1")
    assert task["point"] is not None
    assert states == ["accepted", "arrived", "done"]
    told = await city.running.told(TaskStateChanged)
    assert [one.state for one in told] == [TaskState.ACCEPTED, TaskState.ARRIVED, TaskState.DONE]
    assert (await get(worker, "/v1/tasks", state="active"))["items"] == []
    assert len((await get(worker, "/v1/tasks", state="ended"))["items"]) == 1


async def test_an_acceptance_told_late_turns_nobody_back(city: City) -> None:
    worker, task = await _offered(city)
    await post(worker, f"/v1/tasks/{task['id']}/arrive", {})

    late = await post(worker, f"/v1/tasks/{task['id']}/accept", {})

    assert late["state"] == "arrived"


async def test_cannot_needs_a_reason_and_ends_the_task(city: City) -> None:
    worker, task = await _offered(city)
    path = f"/v1/tasks/{task['id']}"

    without = await worker.post(f"{path}/cannot", json={})
    cannot = await post(worker, f"{path}/cannot", {"reason": "gate_locked"})
    after = await worker.post(f"{path}/arrive", json={})

    assert (without.status_code, without.json()["pointer"]) == (422, "/reason")
    assert (cannot["state"], cannot["reason"]) == ("cannot", "gate_locked")
    assert (after.status_code, after.json()["code"]) == (409, "task_ended")
    [told] = await city.running.told(TaskStateChanged)
    assert told.reason == "gate_locked"


async def test_another_workers_task_is_not_found_and_a_desk_may_tell_for_the_worker(
    city: City,
) -> None:
    _, task = await _offered(city)
    other = as_worker(city, new_id())
    path = f"/v1/tasks/{task['id']}/accept"

    theirs = await other.post(path, json={})
    seen = await city.centre.client(Role.CALL_TAKER).post(path, json={})
    told = await post(city.desk, path, {})

    assert (theirs.status_code, seen.status_code) == (404, 403)
    assert told["state"] == "accepted"
    assert (await get(other, "/v1/tasks"))["items"] == []
    assert (await city.desk.post(f"/v1/tasks/{new_id()}/accept", json={})).status_code == 404


async def test_tasks_are_listed_page_after_page(city: City) -> None:
    await a_worker_of(city, CELL)
    for _ in range(3):
        await city.incident(VERIFIED)

    first = await get(city.desk, "/v1/tasks", limit=2)
    rest = await get(city.desk, "/v1/tasks", limit=2, cursor=first["next"])

    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    ids = [one["id"] for one in first["items"] + rest["items"]]
    assert ids == sorted(set(ids))


async def test_closing_the_incident_withdraws_its_task(city: City) -> None:
    worker, task = await _offered(city)

    await city.close(task["incident_id"])

    [told] = await city.running.told(TaskStateChanged)
    assert told.state is TaskState.WITHDRAWN
    after = await worker.post(f"/v1/tasks/{task['id']}/accept", json={})
    assert (after.status_code, after.json()["code"]) == (409, "task_ended")


async def test_a_task_goes_on_for_the_incident_that_goes_on(city: City) -> None:
    worker, task = await _offered(city)
    await post(worker, f"/v1/tasks/{task['id']}/accept", {})
    goal = await city.incident()

    await city.merge(task["incident_id"], goal)

    [moved] = (await get(worker, "/v1/tasks"))["items"]
    assert (moved["id"], moved["incident_id"], moved["state"]) == (task["id"], goal, "accepted")
    assert [one.incident_id for one in await city.running.told(TaskOffered)] == [
        task["incident_id"], goal,
    ]  # fmt: skip
    assert (task["stand_off_m"], moved["stand_off_m"]) == (0, 100)


async def test_a_worker_keeps_further_away_when_it_is_worse_than_was_said(city: City) -> None:
    worker, task = await _offered(city)
    await post(worker, f"/v1/tasks/{task['id']}/accept", {})
    told = replace(
        an_example_of(IncidentReclassified),
        incident_id=task["incident_id"],
        type="hazmat.leak",
        priority=Priority.P1,
    )

    await city.running.tell(told, replace(told, priority=Priority.P2))
    await city.running.catch_up()

    [after] = (await get(worker, "/v1/tasks"))["items"]
    assert (after["state"], after["stand_off_m"]) == ("accepted", 300)
    assert [one.stand_off_m for one in await city.running.told(TaskOffered)] == [0, 300]


async def test_a_task_that_is_merged_into_what_is_over_is_withdrawn(city: City) -> None:
    _, task = await _offered(city)
    goal = await city.incident()
    await city.close(goal)

    await city.merge(task["incident_id"], goal)

    assert (await get(city.desk, "/v1/tasks", state="active"))["items"] == []
    told = await city.running.told(TaskStateChanged)
    assert {one.state for one in told} == {TaskState.WITHDRAWN}


async def test_a_step_of_a_task_that_has_not_happened_yet_is_refused(city: City) -> None:
    client, task = await _offered(city)

    answer = await client.post(
        f"/v1/tasks/{task['id']}/accept", json={"occurred_at": "2031-01-01T00:00:00Z"}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "ahead_of_clock")
    assert answer.json()["pointer"] == "/occurred_at"
    assert await city.running.told(TaskStateChanged) == []


async def test_a_worker_reads_who_else_comes_by_call_sign_and_no_person(city: City) -> None:
    client, task = await _offered(city)
    assert task["others"] == []
    await city.order(task["incident_id"], "E1", "A1")
    [first] = (await get(city.desk, "/v1/assignments", state="open", limit=1))["items"]
    await city.step(first, "en-route")

    [told] = (await get(client, "/v1/tasks"))["items"]
    await post(client, f"/v1/tasks/{task['id']}/cannot", {"reason": "unwell"})
    [ended] = (await get(client, "/v1/tasks"))["items"]

    assert {one["call_sign"]: one["status"] for one in told["others"]} == {
        "E1": "en_route" if first["call_sign"] == "E1" else "dispatched",
        "A1": "en_route" if first["call_sign"] == "A1" else "dispatched",
    }
    assert all(set(one) == {"call_sign", "type", "status", "eta_at"} for one in told["others"])
    assert ended["others"] == []
