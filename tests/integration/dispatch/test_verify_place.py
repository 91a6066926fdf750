"""A place that moves into another cell: its worker is asked, who was on the way is sent home."""

from dataclasses import replace

from beaconfire_contracts.facts.dispatch import TaskOffered, TaskStateChanged
from beaconfire_contracts.facts.incident import IncidentOpened, IncidentReclassified
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import Priority, TaskState
from beaconfire_dispatch.application.verify_place import RELOCATED, keys
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.city import CELL, City, a_placing, get, post
from beaconfire_testkit.workers import VERIFIED, a_worker_of, as_worker

ELSEWHERE = "akl.d1.c2"


async def _opened(city: City) -> IncidentOpened:
    opened = city.opened(VERIFIED)
    await city.running.tell(opened, a_placing(opened))
    await city.running.catch_up()
    return opened


async def _moves(city: City, opened: IncidentOpened, path: str = ELSEWHERE) -> None:
    await city.running.tell(a_placing(opened, path))
    await city.running.catch_up()


async def _tells(city: City, person_id: str, verb: str) -> None:
    [task] = (await get(as_worker(city, person_id), "/v1/tasks"))["items"]
    await post(as_worker(city, person_id), f"/v1/tasks/{task['id']}/{verb}", {})


async def test_who_is_on_the_way_is_sent_home_and_the_worker_of_the_new_cell_is_asked(
    city: City,
) -> None:
    here, there = await a_worker_of(city, CELL), await a_worker_of(city, ELSEWHERE)
    opened = await _opened(city)
    await _tells(city, here, "accept")

    await _moves(city, opened)
    await _moves(city, opened)

    told = await city.running.told(TaskOffered)
    assert [one.person_id for one in told] == [here, there]
    last = (await city.running.told(TaskStateChanged))[-1]
    assert (last.task_id, last.state, last.reason) == (
        told[0].task_id, TaskState.WITHDRAWN, RELOCATED,
    )  # fmt: skip
    assert (await get(as_worker(city, here), "/v1/tasks", state="active"))["items"] == []


async def test_who_has_arrived_stays(city: City) -> None:
    here, _ = await a_worker_of(city, CELL), await a_worker_of(city, ELSEWHERE)
    opened = await _opened(city)
    await _tells(city, here, "arrive")

    await _moves(city, opened)

    assert len(await city.running.told(TaskOffered)) == 1
    assert TaskState.WITHDRAWN not in {
        one.state for one in await city.running.told(TaskStateChanged)
    }


async def test_who_answers_for_both_cells_is_asked_again_under_the_same_task(city: City) -> None:
    worker = await a_worker_of(city, "akl.d1")
    opened = await _opened(city)
    await _tells(city, worker, "accept")

    await _moves(city, opened)

    first, second = await city.running.told(TaskOffered)
    assert (first.task_id, first.person_id) == (second.task_id, second.person_id)
    [task] = (await get(as_worker(city, worker), "/v1/tasks"))["items"]
    assert (task["state"], task["cell"]) == ("offered", "c2")


async def test_outside_every_cell_nobody_is_asked_until_it_lies_in_one(city: City) -> None:
    _, there = await a_worker_of(city, CELL), await a_worker_of(city, ELSEWHERE)
    opened = await _opened(city)

    await _moves(city, opened, "unplaced")
    assert (await get(city.desk, "/v1/tasks", state="active"))["items"] == []
    await _moves(city, opened)

    [task] = (await get(city.desk, "/v1/tasks", state="active"))["items"]
    assert task["person_id"] == there


async def test_nobody_is_asked_to_look_at_what_became_worse(city: City) -> None:
    await a_worker_of(city, CELL)
    await a_worker_of(city, ELSEWHERE)
    opened = await _opened(city)
    worse = replace(
        an_example_of(IncidentReclassified),
        incident_id=opened.incident_id,
        type="hazmat.leak",
        priority=Priority.P1,
    )
    await city.running.tell(worse)
    await city.running.catch_up()

    await _moves(city, opened)

    assert (await get(city.desk, "/v1/tasks", state="active"))["items"] == []


def test_it_is_done_under_the_incidents_lock() -> None:
    demand = Demand(IncidentId(new_id()))

    assert keys(demand) == (aggregate(demand.incident_id),)
