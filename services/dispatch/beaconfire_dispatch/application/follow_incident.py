"""Follow an incident: what its facts mean for the answer, in whatever order they come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from beaconfire_contracts.facts.dispatch import (
    AssignmentMovedAway,
    AssignmentRehomed,
    Need,
    ResponseEnded,
    ResponseOpened,
    TaskOffered,
    TaskStateChanged,
)
from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.ids import IncidentId, ResponseId, TaskId
from beaconfire_contracts.vocabulary import AssignmentStatus, StatusSource, TaskKind, TaskState
from beaconfire_dispatch.application.ports import (
    Assignments,
    Demand,
    Demands,
    Facts,
    NewIds,
    Policies,
    Task,
    Tasks,
    Units,
    scope_of,
)
from beaconfire_dispatch.application.step_assignment import end_remaining
from beaconfire_dispatch.domain.assignment import Step
from beaconfire_dispatch.domain.first_alarm import FirstAlarms

VERIFY_WITHIN = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Answering:
    """The tables and data that following needs, within one transaction."""

    demands: Demands
    assignments: Assignments
    units: Units
    tasks: Tasks
    policies: Policies
    facts: Facts
    alarms: FirstAlarms
    new_id: NewIds


async def known(incident_id: IncidentId, answering: Answering) -> Demand:
    """What is known of it, from nothing at all upwards."""
    return await answering.demands.get(incident_id) or Demand(incident_id)


async def classify(demand: Demand, answering: Answering, now: datetime) -> Demand:
    """Open the response, or set its needs and target anew when type or priority changed."""
    if demand.priority is None or demand.opened_at is None:
        return demand
    policy = await answering.policies.of(demand.priority)
    needs = answering.alarms.of(demand.type).needs
    target_at = demand.opened_at + timedelta(seconds=policy.target_s)
    if demand.response_id is not None and (needs, target_at) == (demand.needs, demand.target_at):
        return demand
    response_id = demand.response_id or ResponseId(answering.new_id())
    await answering.facts.tell(
        ResponseOpened(
            demand.incident_id, response_id, demand.opened_at, target_at, needs, policy.mode
        ),
        scope=scope_of(demand),
    )
    return replace(demand, response_id=response_id, needs=needs, target_at=target_at)


async def placed(fact: IncidentPlaced, answering: Answering, now: datetime) -> None:
    """Geo placed it: the cell's grid worker is asked to look, in parallel, once, never too near."""
    demand = replace(await known(fact.incident_id, answering), path=fact.path)
    if fact.point is not None:
        demand = replace(demand, point=fact.point)
    demand = await offer_verification(demand, answering, now)
    await answering.demands.save(demand)


async def offer_verification(demand: Demand, answering: Answering, now: datetime) -> Demand:
    """A verify task for the worker of the place, for kinds that ask for it and let one near."""
    alarm = answering.alarms.of(demand.type)
    if demand.verify_offered or demand.ended or demand.path is None or not alarm.verify:
        return demand
    worker = await answering.tasks.worker_for(demand.path)
    if worker is None:
        return demand
    task = Task(
        TaskId(answering.new_id()), demand.incident_id, TaskKind.VERIFY, worker,
        TaskState.OFFERED, alarm.stand_off_m, now, now + VERIFY_WITHIN, 1,
    )  # fmt: skip
    await answering.tasks.add(task)
    await answering.facts.tell(
        TaskOffered(
            demand.incident_id, task.id, task.kind, worker, None, task.stand_off_m, now,
            task.due_at,
        ),
        scope=scope_of(demand),
    )  # fmt: skip
    return replace(demand, verify_offered=True)


async def over(incident_id: IncidentId, answering: Answering, now: datetime) -> None:
    """It is closed or voided: what remains is cancelled, tasks are withdrawn."""
    demand = await known(incident_id, answering)
    if demand.ended:
        return
    step = Step(AssignmentStatus.CANCELLED, now, StatusSource.SYSTEM, reason="incident_over")
    await end_remaining(
        incident_id, step, units=answering.units, assignments=answering.assignments,
        demands=answering.demands, facts=answering.facts,
    )  # fmt: skip
    await _withdraw(demand, answering, now)
    if demand.response_id is not None:
        await answering.facts.tell(
            ResponseEnded(incident_id, demand.response_id, now), scope=scope_of(demand)
        )
    await answering.demands.save(replace(demand, live=False, ended=True))


async def merged(
    incident_id: IncidentId, into_id: IncidentId, answering: Answering, now: datetime
) -> None:
    """It is followed in another: its assignments move there, nobody is turned round."""
    demand = await known(incident_id, answering)
    goal = await known(into_id, answering)
    for one in await answering.assignments.open_of_incident(incident_id):
        await answering.assignments.save(replace(one, incident_id=into_id))
        away = AssignmentMovedAway(incident_id, one.id, one.unit_id, into_id)
        here = AssignmentRehomed(
            into_id, one.id, one.unit_id, incident_id, one.status, one.fence, one.dispatched_at
        )
        await answering.facts.tell(away, scope=scope_of(demand))
        await answering.facts.tell(here, scope=scope_of(goal))
    await _withdraw(demand, answering, now)
    await answering.demands.save(replace(demand, live=False, ended=True))


async def reopened(incident_id: IncidentId, answering: Answering) -> None:
    """It is open again, or stands by itself again."""
    demand = await known(incident_id, answering)
    await answering.demands.save(replace(demand, live=True, ended=False))


async def _withdraw(demand: Demand, answering: Answering, now: datetime) -> None:
    for task in await answering.tasks.open_of_incident(demand.incident_id):
        gone = replace(task, state=TaskState.WITHDRAWN, version=task.version + 1)
        await answering.tasks.save(gone)
        await answering.facts.tell(
            TaskStateChanged(demand.incident_id, task.id, TaskState.WITHDRAWN, now),
            scope=scope_of(demand),
        )


def asks_for(needs: Sequence[Need]) -> int:
    """How many units a first alarm asks for."""
    return sum(need.count for need in needs)
