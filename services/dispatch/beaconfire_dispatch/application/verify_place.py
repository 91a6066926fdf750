"""Verify a place: ask whoever answers for its cell to look, and ask anew when it moves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from beaconfire_contracts.facts.dispatch import TaskStateChanged
from beaconfire_contracts.ids import TaskId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import TaskKind, TaskState
from beaconfire_dispatch.application.find_responders import find_responders
from beaconfire_dispatch.application.offer_task import offer_task
from beaconfire_dispatch.application.ports import Answering, scope_of
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.roster import Responder, areas_over, next_on_ladder
from beaconfire_dispatch.domain.task import ACCEPT_WITHIN, ON_THE_WAY, WITHIN, Task, ask

RELOCATED: Final = "relocated"
"""Why a task is gone: what was to be looked at lies elsewhere."""


def keys(demand: Demand) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(demand.incident_id),)


async def verify_place(demand: Demand, answering: Answering, now: datetime) -> Demand:
    """A verify task for the worker of the place, for kinds that ask for it and let one near.

    In another cell the one who is on the way goes on only if they answer for that one too: they are
    asked again, for the new place. Otherwise their task is withdrawn and its worker is asked.
    """
    if demand.path is None or demand.path == demand.verify_path:
        return demand
    lets_near = (await answering.card_of(demand)).verify
    if demand.verify_path is not None:
        return await _follow(demand, answering, now, lets_near=lets_near)
    if not lets_near:
        return demand
    return await _ask(demand, await _on_duty(demand, answering, now), answering, now)


async def _follow(
    demand: Demand, answering: Answering, now: datetime, *, lets_near: bool
) -> Demand:
    """It moved after somebody was asked: nobody is, if it became worse than one may look at."""
    going = await _going(demand, answering)
    nearest = await _on_duty(demand, answering, now) if lets_near else ()
    follower = next((one for one in going if _answers(one, nearest)), None)
    for task in going:
        if task is not follower:
            await _withdraw(task, demand, answering, now)
    if follower is not None:
        await _ask_again(follower, demand, answering, now)
    elif going and lets_near:
        return await _ask(demand, nearest, answering, now)
    return replace(demand, verify_path=demand.path)


async def _on_duty(demand: Demand, answering: Answering, now: datetime) -> Sequence[Responder]:
    """Who answers for the place now, without who said that they cannot."""
    cannot = await answering.tasks.who_cannot(demand.incident_id)
    found = await find_responders(demand, tasks=answering.tasks, rosters=answering.rosters, now=now)
    return [one for one in found if one.person_id is None or one.person_id not in cannot]


async def _is_rostered(demand: Demand, answering: Answering) -> bool:
    """Whether anybody looks there at all: off shift it is the desk's, elsewhere nobody's."""
    return bool(await answering.rosters.over(areas_over(demand.path, demand.also_in)))


def _answers(task: Task, found: Sequence[Responder]) -> bool:
    """Whether its worker is among the nearest there, or still has the part they were asked in."""
    return task.person_id is not None and any(
        one.person_id == task.person_id and (one.part is task.part or one.area == found[0].area)
        for one in found
    )


async def _going(demand: Demand, answering: Answering) -> list[Task]:
    return [
        one
        for one in await answering.tasks.open_of_incident(demand.incident_id)
        if one.kind is TaskKind.VERIFY and one.state in ON_THE_WAY
    ]


async def _ask(
    demand: Demand, found: Sequence[Responder], answering: Answering, now: datetime
) -> Demand:
    """Ask the first; where there is nobody, the next place that it is told to be is asked about."""
    responder = next_on_ladder(found, None, frozenset())
    if responder is None or (
        responder.person_id is None and not await _is_rostered(demand, answering)
    ):
        return replace(demand, verify_path=None)
    stand_off_m = await answering.stand_off_of(demand)
    task = Task(
        TaskId(answering.new_id()),
        demand.incident_id,
        TaskKind.VERIFY,
        responder.person_id,
        TaskState.OFFERED,
        stand_off_m,
        now,
        now + WITHIN,
        1,
        place=answering.place_for(demand, stand_off_m),
    )
    asked = ask(task, responder, now)
    await offer_task(asked, demand, tasks=answering.tasks, facts=answering.facts)
    return replace(demand, verify_path=demand.path)


async def _ask_again(task: Task, demand: Demand, answering: Answering, now: datetime) -> None:
    """The same worker, who must hear that it is elsewhere: offered, until they accept that too."""
    anew = replace(
        task,
        state=TaskState.OFFERED,
        offered_at=now,
        due_at=now + WITHIN,
        accept_by=now + ACCEPT_WITHIN,
        seen_at=None,
        late_at=None,
        place=answering.place_for(demand, task.stand_off_m),
        version=task.version + 1,
    )
    await offer_task(anew, demand, tasks=answering.tasks, facts=answering.facts)


async def _withdraw(task: Task, demand: Demand, answering: Answering, now: datetime) -> None:
    gone = replace(task, state=TaskState.WITHDRAWN, reason=RELOCATED, version=task.version + 1)
    await answering.tasks.save(gone)
    told = TaskStateChanged(demand.incident_id, task.id, gone.state, now, RELOCATED)
    await answering.facts.tell(told, scope=scope_of(demand))
