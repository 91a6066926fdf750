"""Pass a task on when its worker cannot: to the next who answers for the place, or to the desk."""

from dataclasses import replace
from datetime import datetime

from beaconfire_contracts.ids import BodyId, TaskId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.places import UNPLACED
from beaconfire_contracts.vocabulary import TaskState
from beaconfire_dispatch.application.offer_task import offer_task
from beaconfire_dispatch.application.ports import Demands, Facts, NewIds, Responder, Task, Tasks
from beaconfire_dispatch.domain.demand import Demand

PASSED_ON_MAX = 1
"""A deputy or leader is asked once; then it is the desk's, before everybody has been asked."""


def keys(task: Task) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(task.incident_id),)


async def pass_task(
    task: Task, *, tasks: Tasks, demands: Demands, facts: Facts, new_id: NewIds, now: datetime
) -> None:
    """Offer the same to the next; where there is none, to the body that owns the incident.

    What nobody owns any more is passed to nobody.
    """
    demand = await demands.get(task.incident_id)
    if demand is None or not demand.is_live or demand.owner is None:
        return
    follower = await _next(demand, tasks)
    anew = replace(
        task,
        id=TaskId(new_id()),
        person_id=None if follower is None else follower.person_id,
        body=BodyId(demand.owner) if follower is None else None,
        state=TaskState.OFFERED,
        offered_at=now,
        due_at=now + (task.due_at - task.offered_at),
        reason=None,
        version=1,
    )
    await offer_task(anew, demand, tasks=tasks, facts=facts)


async def _next(demand: Demand, tasks: Tasks) -> Responder | None:
    cannot = await tasks.who_cannot(demand.incident_id)
    if demand.path in (None, UNPLACED) or len(cannot) > PASSED_ON_MAX:
        return None
    found = await tasks.responders(demand.path or UNPLACED)
    return next((one for one in found if one.person_id not in cannot), None)
