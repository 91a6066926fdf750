"""Tasks read back; the worker of the longest reach that holds a path is found, code by code."""

from dataclasses import replace
from typing import Any

import pytest

from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId, IncidentId, PersonId, TaskId
from beaconfire_contracts.refusals import NotFound
from beaconfire_contracts.vocabulary import Role, TaskKind, TaskState
from beaconfire_dispatch.domain.task import Task
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id


def a_task() -> Task:
    now = wall_now()
    return Task(
        TaskId(new_id()), IncidentId(new_id()), TaskKind.VERIFY, PersonId("p"), TaskState.OFFERED,
        100.0, now, now, 1,
    )  # fmt: skip


def a_worker(reach: str) -> tuple[Grant, ...]:
    return (Grant(Role.GRID_WORKER, BodyId("b"), reach), Grant(Role.VIEWER, BodyId("b"), "*"))


async def _nearest(tables: Any, path: str) -> PersonId | None:
    found = await tables.tasks.responders(path)
    return found[0].person_id if found else None


async def test_a_task_reads_back_and_changes(tables: Any) -> None:
    task = a_task()
    moved = replace(
        task, incident_id=IncidentId(new_id()), state=TaskState.CANNOT, reason="gate_locked",
        stand_off_m=300.0, offered_at=wall_now(), due_at=wall_now(), version=2,
    )  # fmt: skip

    await tables.tasks.add(task)
    assert list(await tables.tasks.open_of_incident(task.incident_id)) == [task]
    await tables.tasks.save(moved)
    assert await tables.tasks.get(task.id) == moved
    assert list(await tables.tasks.open_of_incident(moved.incident_id)) == []
    with pytest.raises(NotFound):
        await tables.tasks.get(TaskId(new_id()))


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("akl.d1.c1", "cell"),
        ("akl.d1.c2", "district"),
        ("akl.d10.c1", "city"),
        ("akl_d1.c1", None),
        ("wlg", None),
        ("unplaced", None),
    ],
)
async def test_the_longest_reach_that_holds_the_path_answers(
    tables: Any, path: str, found: str | None
) -> None:
    for name, reach in (("cell", "akl.d1.c1"), ("district", "akl.d1"), ("city", "akl")):
        await tables.tasks.workers(PersonId(name), a_worker(reach))

    assert await _nearest(tables, path) == found


async def test_a_reach_with_a_wildcard_in_its_name_is_taken_literally(tables: Any) -> None:
    await tables.tasks.workers(PersonId("odd"), a_worker("a_l"))

    assert await _nearest(tables, "akl.d1") is None
    assert await _nearest(tables, "a_l.d1") == "odd"


async def test_a_persons_reaches_are_the_last_that_were_told(tables: Any) -> None:
    await tables.tasks.workers(PersonId("p"), a_worker("akl"))
    await tables.tasks.workers(PersonId("p"), a_worker("wlg"))

    assert await _nearest(tables, "akl.d1") is None
    assert await _nearest(tables, "wlg.d1") == "p"


async def test_after_the_nearest_come_those_of_longer_ways_round(tables: Any) -> None:
    for name, reach in (("city", "akl"), ("cell", "akl.d1.c1"), ("district", "akl.d1")):
        await tables.tasks.workers(PersonId(name), a_worker(reach))

    found = await tables.tasks.responders("akl.d1.c1")

    assert [one.person_id for one in found] == ["cell", "district", "city"]
    assert [one.area for one in found] == ["akl.d1.c1", "akl.d1", "akl"]


async def test_who_cannot_is_known_of_each_incident(tables: Any) -> None:
    task = replace(a_task(), state=TaskState.CANNOT, reason="gate_locked")
    other = replace(a_task(), incident_id=task.incident_id, person_id=PersonId("q"))
    for one in (task, other, a_task()):
        await tables.tasks.add(one)

    assert await tables.tasks.who_cannot(task.incident_id) == {"p"}
    assert await tables.tasks.who_cannot(IncidentId(new_id())) == frozenset()
