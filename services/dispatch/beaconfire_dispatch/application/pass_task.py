"""Pass a task on that its worker cannot do, does not take or does not reach: to the next part."""

from datetime import datetime

from beaconfire_contracts.facts.grid_work import TaskEscalated
from beaconfire_contracts.ids import TaskId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_dispatch.application.find_responders import find_responders
from beaconfire_dispatch.application.offer_task import offer_task
from beaconfire_dispatch.application.ports import (
    Demands,
    Facts,
    NewIds,
    Rosters,
    Tasks,
    scope_of,
)
from beaconfire_dispatch.domain.roster import next_on_ladder
from beaconfire_dispatch.domain.task import Task, follow, part_to_pass_from, people_asked


def keys(task: Task) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(task.incident_id),)


async def pass_task(
    task: Task,
    *,
    tasks: Tasks,
    demands: Demands,
    facts: Facts,
    rosters: Rosters,
    new_id: NewIds,
    now: datetime,
) -> None:
    """Offer the same to deputy, leader or desk, whoever of them is on duty now, each once.

    Nobody is asked twice for the same, nor who said of this incident that they cannot. What nobody
    owns any more, or somebody who was asked since has in hand, is passed to nobody.
    """
    demand = await demands.get(task.incident_id)
    ladder = await tasks.along(task)
    part = part_to_pass_from(task, ladder)
    if demand is None or not demand.is_live or demand.owner is None or part is None:
        return
    found = await find_responders(demand, tasks=tasks, rosters=rosters, now=now)
    asked = await tasks.who_cannot(task.incident_id) | people_asked(ladder)
    responder = next_on_ladder(found, part, asked)
    if responder is None:
        return
    anew = follow(task, TaskId(new_id()), responder, now)
    told = TaskEscalated(
        task.incident_id, task.id, anew.id, task.part, anew.part, task.passed_because, now
    )
    await facts.tell(told, scope=scope_of(demand))
    await offer_task(anew, demand, tasks=tasks, facts=facts)
