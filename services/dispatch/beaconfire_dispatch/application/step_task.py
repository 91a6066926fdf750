"""Take a task a step on: a grid worker accepts, cannot, arrives, is done."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from beaconfire_contracts.facts.dispatch import TaskStateChanged
from beaconfire_contracts.ids import IncidentId, TaskId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Conflict, Invalid
from beaconfire_contracts.vocabulary import TaskState
from beaconfire_dispatch.application.pass_task import pass_task
from beaconfire_dispatch.application.ports import Demands, Facts, NewIds, Task, Tasks, scope_of

PATH: Final = (TaskState.OFFERED, TaskState.ACCEPTED, TaskState.ARRIVED)
"""What comes before the end, in order: a step that is told late turns nobody back."""
ENDED: Final = frozenset({TaskState.CANNOT, TaskState.DONE, TaskState.CHECKED, TaskState.WITHDRAWN})


class TaskEnded(Conflict):
    """The task has ended."""


class TaskMoved(Conflict):
    """The task is followed under another incident since a moment ago; ask again."""

    retriable = True


class ReasonNeeded(Invalid):
    """Say why it cannot be done: give the reason's code."""


@dataclass(frozen=True, slots=True)
class StepTask:
    """Which task, which state, when."""

    task_id: TaskId
    incident_id: IncidentId
    state: TaskState
    occurred_at: datetime
    reason: str | None


def keys(command: StepTask) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def step_task(
    command: StepTask,
    *,
    tasks: Tasks,
    demands: Demands,
    facts: Facts,
    new_id: NewIds,
    now: datetime,
) -> Task:
    """Keep and tell it; told twice, or later than a step that follows it, it changes nothing.

    A worker's task that cannot be done is passed on. TaskMoved when a merge took the task to
    another incident at this moment: ask again.
    """
    task = await tasks.get(command.task_id)
    if task.incident_id != command.incident_id:
        raise TaskMoved
    if task.state is command.state:
        return task
    if task.state in ENDED:
        raise TaskEnded(state=task.state.value)
    if command.state in PATH and PATH.index(command.state) < PATH.index(task.state):
        return task
    if command.state is TaskState.CANNOT and command.reason is None:
        raise ReasonNeeded(pointer="/reason")
    changed = replace(task, state=command.state, reason=command.reason, version=task.version + 1)
    await tasks.save(changed)
    fact = TaskStateChanged(
        task.incident_id, task.id, command.state, command.occurred_at, command.reason
    )
    await facts.tell(fact, scope=scope_of(await demands.get(task.incident_id)))
    if command.state is TaskState.CANNOT and task.person_id is not None:
        await pass_task(changed, tasks=tasks, demands=demands, facts=facts, new_id=new_id, now=now)
    return changed
