"""Take a task a step on: a grid worker accepts, cannot, arrives, is done; a desk has checked."""

from dataclasses import dataclass, replace
from datetime import datetime

from beaconfire_contracts.facts.dispatch import TaskStateChanged
from beaconfire_contracts.ids import IncidentId, TaskId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import TaskFinding, TaskState
from beaconfire_dispatch.application.pass_task import pass_task
from beaconfire_dispatch.application.ports import (
    Demands,
    Facts,
    NewIds,
    Rosters,
    Tasks,
    scope_of,
)
from beaconfire_dispatch.domain.task import REACHED, Task, TaskMoved, step


@dataclass(frozen=True, slots=True)
class StepTask:
    """Which task, which state, when."""

    task_id: TaskId
    incident_id: IncidentId
    state: TaskState
    occurred_at: datetime
    reason: str | None
    finding: TaskFinding | None = None


def keys(command: StepTask) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def step_task(
    command: StepTask,
    *,
    tasks: Tasks,
    demands: Demands,
    facts: Facts,
    rosters: Rosters,
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
    changed = step(task, command.state, command.reason, command.finding)
    if changed is task:
        return task
    await tasks.save(changed)
    fact = TaskStateChanged(
        task.incident_id, task.id, command.state, command.occurred_at, command.reason,
        changed.finding,
    )  # fmt: skip
    await facts.tell(fact, scope=scope_of(await demands.get(task.incident_id)))
    if command.state is TaskState.ARRIVED and changed.late_at is not None:
        await _spare_the_next(changed, tasks=tasks, demands=demands, facts=facts, now=now)
    if command.state is TaskState.CANNOT and task.person_id is not None:
        await pass_task(
            changed,
            tasks=tasks,
            demands=demands,
            facts=facts,
            rosters=rosters,
            new_id=new_id,
            now=now,
        )
    return changed


async def _spare_the_next(
    there: Task, *, tasks: Tasks, demands: Demands, facts: Facts, now: datetime
) -> None:
    """Whoever was asked because this one was late, and has not taken it, need not go."""
    for one in await tasks.open_of_incident(there.incident_id):
        if one.root != there.root or one.state is not TaskState.OFFERED:
            continue
        gone = replace(one, state=TaskState.WITHDRAWN, reason=REACHED, version=one.version + 1)
        await tasks.save(gone)
        told = TaskStateChanged(one.incident_id, one.id, gone.state, now, REACHED)
        await facts.tell(told, scope=scope_of(await demands.get(one.incident_id)))
