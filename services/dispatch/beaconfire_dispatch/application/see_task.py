"""See a task: the receipt of whoever was asked, kept and told once."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.grid_work import TaskSeen
from beaconfire_contracts.ids import IncidentId, TaskId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_dispatch.application.ports import Demands, Facts, Tasks, scope_of
from beaconfire_dispatch.domain.task import Task, TaskMoved, seen


@dataclass(frozen=True, slots=True)
class SeeTask:
    """Which task, when it was before them."""

    task_id: TaskId
    incident_id: IncidentId
    seen_at: datetime


def keys(command: SeeTask) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def see_task(command: SeeTask, *, tasks: Tasks, demands: Demands, facts: Facts) -> Task:
    """Keep and tell it; once it was seen, or is over, it changes nothing."""
    task = await tasks.get(command.task_id)
    if task.incident_id != command.incident_id:
        raise TaskMoved
    changed = seen(task, command.seen_at)
    if changed is task:
        return task
    await tasks.save(changed)
    told = TaskSeen(task.incident_id, task.id, task.person_id, command.seen_at)
    await facts.tell(told, scope=scope_of(await demands.get(task.incident_id)))
    return changed
