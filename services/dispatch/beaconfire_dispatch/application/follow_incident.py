"""Follow an incident: what its facts mean for the answer, in whatever order they come.

Units are not touched here: whoever is still on an incident that is over, or that is followed in
another, is settled by `settle_assignment`, which can lock the unit too.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from beaconfire_contracts.facts.dispatch import (
    ResponseEnded,
    ResponseOpened,
    TaskOffered,
    TaskStateChanged,
)
from beaconfire_contracts.facts.incident import IncidentMerged
from beaconfire_contracts.ids import IncidentId, ResponseId, TaskId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import TaskKind, TaskState
from beaconfire_dispatch.application.ports import (
    Demands,
    Facts,
    NewIds,
    Policies,
    Task,
    Tasks,
    scope_of,
)
from beaconfire_dispatch.domain.demand import Demand, heard
from beaconfire_dispatch.domain.first_alarm import FirstAlarms

VERIFY_WITHIN: Final = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Answering:
    """The tables and data that following needs, within one transaction."""

    demands: Demands
    tasks: Tasks
    policies: Policies
    facts: Facts
    alarms: FirstAlarms
    new_id: NewIds


def keys(fact: Any) -> tuple[LockKey, ...]:
    """The incident; a merge moves its tasks to another, which is locked too."""
    if isinstance(fact, IncidentMerged):
        return (aggregate(fact.incident_id), aggregate(fact.into_id))
    return (aggregate(fact.incident_id),)


async def follow_incident(fact: Any, *, answering: Answering, now: datetime) -> None:
    """Keep what was heard; open, change or end the response; offer or withdraw tasks.

    What is reopened is answered by a new response: it waits, and its target runs, from now on.
    """
    incident_id = IncidentId(fact.incident_id)
    before = await answering.demands.get(incident_id) or Demand(incident_id)
    after = heard(fact, before)
    if before.ended and after.is_live:
        after = replace(after, response_id=None, opened_at=now)
    if after.ended and not before.ended:
        await _end(after, answering, now)
    elif after.merged_into is not None and before.merged_into is None:
        await _move_tasks(after, after.merged_into, answering, now)
    elif after.is_live:
        after = await _classify(after, answering)
        after = await _offer_verification(after, answering, now)
        await _keep_away(after, answering, now)
    await answering.demands.save(after)


async def _classify(demand: Demand, answering: Answering) -> Demand:
    """Open the response, or set its needs and target anew when type or priority changed."""
    if demand.priority is None or demand.opened_at is None:
        return demand
    policy = await answering.policies.of(demand.priority)
    needs = answering.alarms.of(demand.type).needs
    target_at = demand.opened_at + timedelta(seconds=policy.target_s)
    if demand.response_id is not None and (needs, target_at) == (demand.needs, demand.target_at):
        return demand
    response_id = demand.response_id or ResponseId(answering.new_id())
    told = ResponseOpened(
        demand.incident_id, response_id, demand.opened_at, target_at, needs, policy.mode
    )
    await answering.facts.tell(told, scope=scope_of(demand))
    return replace(demand, response_id=response_id, needs=needs, target_at=target_at)


async def _offer_verification(demand: Demand, answering: Answering, now: datetime) -> Demand:
    """A verify task for the worker of the place, for kinds that ask for it and let one near."""
    alarm = answering.alarms.of(demand.type)
    if demand.verify_offered or demand.path is None or not alarm.verify:
        return demand
    worker = await answering.tasks.worker_for(demand.path)
    if worker is None:
        return demand
    task = Task(
        TaskId(answering.new_id()),
        demand.incident_id,
        TaskKind.VERIFY,
        worker,
        TaskState.OFFERED,
        alarm.stand_off_m,
        now,
        now + VERIFY_WITHIN,
        1,
    )
    await answering.tasks.add(task)
    await answering.facts.tell(_offered(task), scope=scope_of(demand))
    return replace(demand, verify_offered=True)


async def _keep_away(demand: Demand, answering: Answering, now: datetime) -> None:
    """It is worse than it was said to be: whoever was asked to look keeps further away."""
    stand_off_m = answering.alarms.of(demand.type).stand_off_m
    for task in await answering.tasks.open_of_incident(demand.incident_id):
        if task.stand_off_m < stand_off_m:
            await _offer_anew(task, demand, stand_off_m, answering, now)


async def _end(demand: Demand, answering: Answering, now: datetime) -> None:
    """It is closed or voided: tasks are withdrawn, the response ends."""
    await _withdraw_tasks(demand, answering, now)
    if demand.response_id is not None:
        ended = ResponseEnded(demand.incident_id, demand.response_id, now)
        await answering.facts.tell(ended, scope=scope_of(demand))


async def _withdraw_tasks(demand: Demand, answering: Answering, now: datetime) -> None:
    for task in await answering.tasks.open_of_incident(demand.incident_id):
        gone = replace(task, state=TaskState.WITHDRAWN, version=task.version + 1)
        await answering.tasks.save(gone)
        told = TaskStateChanged(demand.incident_id, task.id, TaskState.WITHDRAWN, now)
        await answering.facts.tell(told, scope=scope_of(demand))


async def _move_tasks(
    demand: Demand, into_id: IncidentId, answering: Answering, now: datetime
) -> None:
    """It is followed in another: whoever was asked to look goes on looking, for that one."""
    goal = await answering.demands.get(into_id) or Demand(into_id)
    if goal.ended:
        await _withdraw_tasks(demand, answering, now)
        return
    stand_off_m = answering.alarms.of(goal.type).stand_off_m
    for task in await answering.tasks.open_of_incident(demand.incident_id):
        gone = TaskStateChanged(demand.incident_id, task.id, TaskState.WITHDRAWN, now, "merged")
        await answering.facts.tell(gone, scope=scope_of(demand))
        moved = replace(task, incident_id=into_id)
        await _offer_anew(moved, goal, max(stand_off_m, task.stand_off_m), answering, now)


async def _offer_anew(
    task: Task, demand: Demand, stand_off_m: float, answering: Answering, now: datetime
) -> None:
    """The same task under other circumstances, in the state that it had."""
    anew = replace(task, stand_off_m=stand_off_m, version=task.version + 1)
    await answering.tasks.save(anew)
    await answering.facts.tell(_offered(anew), scope=scope_of(demand))
    if anew.state is not TaskState.OFFERED:
        state = TaskStateChanged(anew.incident_id, anew.id, anew.state, now)
        await answering.facts.tell(state, scope=scope_of(demand))


def _offered(task: Task) -> TaskOffered:
    return TaskOffered(
        task.incident_id,
        task.id,
        task.kind,
        task.person_id,
        None,
        task.stand_off_m,
        task.offered_at,
        task.due_at,
    )
