"""Escalate a task that was not reached in time: the next part is asked as well, once.

After a desk nobody is asked: its shift leader is told.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from beaconfire_contracts.facts.grid_work import TaskRaised
from beaconfire_contracts.ids import IncidentId, TaskId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import DutyPart
from beaconfire_dispatch.application.pass_task import pass_task
from beaconfire_dispatch.application.ports import Demands, Facts, NewIds, Rosters, Tasks, scope_of


@dataclass(frozen=True, slots=True)
class Unreached:
    """A task whose worker is late, as the loop of deadlines found it."""

    task_id: TaskId
    incident_id: IncidentId


def keys(command: Unreached) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def escalate_unreached(
    command: Unreached,
    *,
    tasks: Tasks,
    demands: Demands,
    facts: Facts,
    rosters: Rosters,
    new_id: NewIds,
    now: datetime,
) -> bool:
    """Whether they were still not there: who took it keeps it, since they may be at the door."""
    task = await tasks.get(command.task_id)
    if task.incident_id != command.incident_id or not task.is_unreached(now):
        return False  # there, over or moved at this moment
    late = replace(task, late_at=now, version=task.version + 1)
    await tasks.save(late)
    if late.part is DutyPart.DESK:
        demand = await demands.get(late.incident_id)
        if demand is not None and demand.is_live:
            told = TaskRaised(late.incident_id, late.id, late.body, now)
            await facts.tell(told, scope=scope_of(demand))
        return True
    await pass_task(
        late, tasks=tasks, demands=demands, facts=facts, rosters=rosters, new_id=new_id, now=now
    )
    return True
