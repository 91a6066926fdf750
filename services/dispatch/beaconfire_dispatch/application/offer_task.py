"""Offer a task to whoever it is for, or tell them that its circumstances are others now."""

from beaconfire_contracts.facts.dispatch import TaskOffered, TaskStateChanged
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import TaskState
from beaconfire_dispatch.application.ports import Facts, Tasks, scope_of
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.task import Task


def keys(task: Task) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(task.incident_id),)


async def offer_task(task: Task, demand: Demand | None, *, tasks: Tasks, facts: Facts) -> None:
    """Keep and tell it; one that was offered before keeps its id and whatever state it has."""
    if task.version == 1:
        await tasks.add(task)
    else:
        await tasks.save(task)
    scope = scope_of(demand)
    offered = TaskOffered(
        task.incident_id,
        task.id,
        task.kind,
        task.person_id,
        task.body,
        task.stand_off_m,
        task.offered_at,
        task.due_at,
        task.part,
        task.accept_by,
        task.place,
    )
    await facts.tell(offered, scope=scope)
    if task.state is not TaskState.OFFERED:
        state = TaskStateChanged(task.incident_id, task.id, task.state, task.offered_at)
        await facts.tell(state, scope=scope)
