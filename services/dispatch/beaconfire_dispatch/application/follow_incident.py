"""Follow an incident: what its facts mean for the answer, in whatever order they come.

Units are not touched here: whoever is still on an incident that is over, or that is followed in
another, is settled by `settle_assignment`, which can lock the unit too.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from beaconfire_contracts.facts.dispatch import ResponseEnded, TaskStateChanged
from beaconfire_contracts.facts.incident import IncidentMerged, IncidentReopened
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import TaskState
from beaconfire_dispatch.application.follow_card import follow_card
from beaconfire_dispatch.application.offer_task import offer_task
from beaconfire_dispatch.application.ports import Answering, scope_of
from beaconfire_dispatch.application.redirect_units import redirect_units
from beaconfire_dispatch.application.strike_alarm import StrikeAlarm, strike_alarm
from beaconfire_dispatch.application.verify_place import verify_place
from beaconfire_dispatch.domain.demand import Demand, asks_more, heard
from beaconfire_dispatch.domain.task import Task


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
    known = await answering.demands.get(incident_id)
    before = known or Demand(incident_id)
    after = heard(fact, before)
    if after.is_live and (before.ended or (before.answered and isinstance(fact, IncidentReopened))):
        after = await _begin_anew(before, after, answering, now)
    if after.ended and not before.ended:
        await _end(after, answering, now)
    elif after.merged_into is not None and before.merged_into is None:
        await _follow_into(after, after.merged_into, answering, now)
    elif after.is_live:
        after = await _answer(before, after, answering, now, is_new=known is None)
    await answering.demands.save(after)


async def _begin_anew(before: Demand, after: Demand, answering: Answering, now: datetime) -> Demand:
    """Who came before it was reopened has answered the response that ended then."""
    if not before.ended:
        await _end_response(before, answering, now)
    return replace(after, response_id=None, opened_at=now, answered=False, alarm_level=1)


async def _answer(
    before: Demand, demand: Demand, answering: Answering, now: datetime, *, is_new: bool
) -> Demand:
    """What a live incident asks for by now, of whom, and where; one that is new has no tasks."""
    after = await follow_card(before, demand, answering=answering)
    if asks_more(before, after):
        after = replace(after, answered=False)
    after = await verify_place(after, answering, now)
    if not is_new:
        await _keep_away(after, answering)
    # before it was opened here, whoever is on it was ordered to where it was said to be then
    if before.opened_at is not None and after.point is not None and after.point != before.point:
        await redirect_units(after, after.point, answering=answering, now=now)
    return after


async def _keep_away(demand: Demand, answering: Answering) -> None:
    """It is worse than it was said to be, or elsewhere: whoever looks keeps away from there."""
    tasks = await answering.tasks.open_of_incident(demand.incident_id)
    if not tasks:
        return
    stand_off_m = await answering.stand_off_of(demand)
    for task in tasks:
        metres = max(task.stand_off_m, stand_off_m)
        place = answering.place_for(demand, metres)
        if metres > task.stand_off_m or (place is not None and place != task.place):
            await _offer_anew(task, demand, metres, answering)


async def _end(demand: Demand, answering: Answering, now: datetime) -> None:
    """It is closed or voided: tasks are withdrawn, the response ends."""
    await _withdraw_tasks(demand, answering, now)
    await _end_response(demand, answering, now)


async def _end_response(demand: Demand, answering: Answering, now: datetime) -> None:
    if demand.response_id is not None:
        ended = ResponseEnded(demand.incident_id, demand.response_id, now)
        await answering.facts.tell(ended, scope=scope_of(demand))


async def _withdraw_tasks(demand: Demand, answering: Answering, now: datetime) -> None:
    for task in await answering.tasks.open_of_incident(demand.incident_id):
        gone = replace(task, state=TaskState.WITHDRAWN, version=task.version + 1)
        await answering.tasks.save(gone)
        told = TaskStateChanged(demand.incident_id, task.id, TaskState.WITHDRAWN, now)
        await answering.facts.tell(told, scope=scope_of(demand))


async def _follow_into(
    demand: Demand, into_id: IncidentId, answering: Answering, now: datetime
) -> None:
    """It is followed in another: its alarm counts there, and whoever looks goes on looking."""
    goal = await answering.demands.get(into_id) or Demand(into_id)
    if goal.ended:
        await _withdraw_tasks(demand, answering, now)
        return
    goal = await _keep_alarm(demand, goal, answering, now)
    stand_off_m = await answering.stand_off_of(goal)
    for task in await answering.tasks.open_of_incident(demand.incident_id):
        gone = TaskStateChanged(demand.incident_id, task.id, TaskState.WITHDRAWN, now, "merged")
        await answering.facts.tell(gone, scope=scope_of(demand))
        moved = replace(task, incident_id=into_id)
        await _offer_anew(moved, goal, max(stand_off_m, task.stand_off_m), answering)


async def _keep_alarm(demand: Demand, goal: Demand, answering: Answering, now: datetime) -> Demand:
    """The alarm that was struck for one counts for the one that it is followed in."""
    if demand.alarm_level <= goal.alarm_level:
        return goal
    if goal.response_id is None:
        waiting = replace(goal, alarm_level=demand.alarm_level)
        await answering.demands.save(waiting)
        return waiting
    level = min(demand.alarm_level, (await answering.card_of(goal)).levels)
    if level <= goal.alarm_level:
        return goal
    command = StrikeAlarm(goal.incident_id, level)
    return await strike_alarm(command, goal, answering=answering, now=now)


async def _offer_anew(task: Task, demand: Demand, stand_off_m: float, answering: Answering) -> None:
    """The same task under other circumstances, in the state that it had."""
    place = answering.place_for(demand, stand_off_m) or task.place
    anew = replace(task, stand_off_m=stand_off_m, place=place, version=task.version + 1)
    await offer_task(anew, demand, tasks=answering.tasks, facts=answering.facts)
