"""A task's step is kept and told once, under the lock of the incident that it is for."""

from dataclasses import replace
from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch import TaskStateChanged
from beaconfire_contracts.ids import IncidentId, PersonId, TaskId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import TaskKind, TaskState
from beaconfire_dispatch.application.step_task import StepTask, keys, step_task
from beaconfire_dispatch.domain.task import ReasonNeeded, Task, TaskMoved
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id


async def _task(tables: Any) -> Task:
    now = wall_now()
    task = Task(
        TaskId(new_id()), IncidentId(new_id()), TaskKind.VERIFY, PersonId("p"), TaskState.OFFERED,
        0.0, now, now, 1,
    )  # fmt: skip
    await tables.tasks.add(task)
    return task


async def _step(tables: Any, task: Task, state: TaskState) -> Task:
    command = StepTask(task.id, task.incident_id, state, wall_now(), None)
    assert keys(command) == (aggregate(task.incident_id),)
    return await step_task(
        command,
        tasks=tables.tasks,
        demands=tables.demands,
        facts=tables.tx,
        rosters=tables.rosters,
        new_id=new_id,
        now=wall_now(),
    )


async def test_steps_may_be_left_out_but_not_undone(tables: Any) -> None:
    task = await _task(tables)

    arrived = await _step(tables, task, TaskState.ARRIVED)
    late = await _step(tables, task, TaskState.ACCEPTED)

    assert arrived == late == await tables.tasks.get(task.id)
    [told] = tables.told(TaskStateChanged)
    assert told.state is TaskState.ARRIVED


async def test_cannot_without_a_reason_is_refused(tables: Any) -> None:
    with pytest.raises(ReasonNeeded):
        await _step(tables, await _task(tables), TaskState.CANNOT)


async def test_a_task_that_a_merge_took_along_at_this_moment_is_asked_again(tables: Any) -> None:
    task = await _task(tables)
    await tables.tasks.save(replace(task, incident_id=IncidentId(new_id())))

    with pytest.raises(TaskMoved):
        await _step(tables, task, TaskState.DONE)
