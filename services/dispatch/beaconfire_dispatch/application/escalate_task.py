"""Escalate a task that nobody took in time: it is withdrawn, and the next part is asked, once."""

from dataclasses import dataclass, replace
from datetime import datetime

from beaconfire_contracts.facts.dispatch import TaskStateChanged
from beaconfire_contracts.ids import IncidentId, TaskId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import TaskState
from beaconfire_dispatch.application.pass_task import pass_task
from beaconfire_dispatch.application.ports import (
    Demands,
    Facts,
    NewIds,
    Rosters,
    Tasks,
    scope_of,
)
from beaconfire_dispatch.domain.task import NOT_TAKEN


@dataclass(frozen=True, slots=True)
class Untaken:
    """A task that nobody took, as the loop of deadlines found it."""

    task_id: TaskId
    incident_id: IncidentId


def keys(command: Untaken) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def escalate_task(
    command: Untaken,
    *,
    tasks: Tasks,
    demands: Demands,
    facts: Facts,
    rosters: Rosters,
    new_id: NewIds,
    now: datetime,
) -> bool:
    """Whether it was still untaken: withdrawn and passed on in one transaction, or not at all."""
    task = await tasks.get(command.task_id)
    if task.incident_id != command.incident_id or not task.is_untaken(now):
        return False  # taken, ended or moved at this moment
    gone = replace(task, state=TaskState.WITHDRAWN, reason=NOT_TAKEN, version=task.version + 1)
    await tasks.save(gone)
    told = TaskStateChanged(task.incident_id, task.id, gone.state, now, NOT_TAKEN)
    await facts.tell(told, scope=scope_of(await demands.get(task.incident_id)))
    await pass_task(
        gone, tasks=tasks, demands=demands, facts=facts, rosters=rosters, new_id=new_id, now=now
    )
    return True
