"""A task that was taken at this moment is not escalated: it is looked at again under the lock."""

from typing import Any

from beaconfire_contracts.facts.dispatch import TaskStateChanged
from beaconfire_contracts.ids import IncidentId, PersonId, TaskId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import TaskKind, TaskState
from beaconfire_dispatch.application.escalate_task import Untaken, escalate_task, keys
from beaconfire_dispatch.domain.task import Task
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id


def a_task() -> Task:
    now = wall_now()
    return Task(
        TaskId(new_id()), IncidentId(new_id()), TaskKind.VERIFY, PersonId("p"), TaskState.OFFERED,
        100.0, now, now, 1,
    )  # fmt: skip


async def test_it_is_looked_at_again_under_the_incidents_lock(tables: Any) -> None:
    task = a_task()
    await tables.tasks.add(task)
    command = Untaken(task.id, task.incident_id)

    moved = await escalate_task(
        command, tasks=tables.tasks, demands=tables.demands, facts=tables.tx,
        rosters=tables.rosters, new_id=new_id, now=wall_now(),
    )  # fmt: skip

    assert not moved
    assert tables.told(TaskStateChanged) == []
    assert keys(command) == (aggregate(task.incident_id),)
