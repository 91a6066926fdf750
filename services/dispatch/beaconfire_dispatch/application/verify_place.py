"""Verify a place: ask whoever answers for its cell to look, and ask anew when it moves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from beaconfire_contracts.facts.dispatch import TaskStateChanged
from beaconfire_contracts.ids import TaskId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import TaskKind, TaskState
from beaconfire_dispatch.application.offer_task import offer_task
from beaconfire_dispatch.application.ports import Answering, Responder, Task, scope_of
from beaconfire_dispatch.domain.demand import Demand

VERIFY_WITHIN: Final = timedelta(minutes=20)
RELOCATED: Final = "relocated"
"""Why a task is gone: what was to be looked at lies elsewhere."""
ON_THE_WAY: Final = frozenset({TaskState.OFFERED, TaskState.ACCEPTED})
"""Who has not arrived yet can be sent elsewhere, or home."""


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
    return await _ask(demand, await _nearest(demand, answering), answering, now)


async def _follow(
    demand: Demand, answering: Answering, now: datetime, *, lets_near: bool
) -> Demand:
    """It moved after somebody was asked: nobody is, if it became worse than one may look at."""
    going = await _going(demand, answering)
    nearest = await _nearest(demand, answering) if lets_near else ()
    names = {one.person_id for one in nearest}
    follower = next((one for one in going if one.person_id in names), None)
    for task in going:
        if task is not follower:
            await _withdraw(task, demand, answering, now)
    if follower is not None:
        await _ask_again(follower, demand, answering, now)
    elif going and lets_near:
        return await _ask(demand, nearest, answering, now)
    return replace(demand, verify_path=demand.path)


async def _nearest(demand: Demand, answering: Answering) -> Sequence[Responder]:
    """Who answers for the place at the nearest level, without who said that they cannot."""
    assert demand.path is not None  # noqa: S101  (asked only of what was placed)
    cannot = await answering.tasks.who_cannot(demand.incident_id)
    found = [
        one for one in await answering.tasks.responders(demand.path) if one.person_id not in cannot
    ]
    return [one for one in found if one.reach == found[0].reach]


async def _going(demand: Demand, answering: Answering) -> list[Task]:
    return [
        one
        for one in await answering.tasks.open_of_incident(demand.incident_id)
        if one.kind is TaskKind.VERIFY and one.state in ON_THE_WAY
    ]


async def _ask(
    demand: Demand, nearest: Sequence[Responder], answering: Answering, now: datetime
) -> Demand:
    """Ask the first; where there is nobody, the next place that it is told to be is asked about."""
    if not nearest:
        return replace(demand, verify_path=None)
    task = Task(
        TaskId(answering.new_id()),
        demand.incident_id,
        TaskKind.VERIFY,
        nearest[0].person_id,
        TaskState.OFFERED,
        (await answering.card_of(demand)).stand_off_m,
        now,
        now + VERIFY_WITHIN,
        1,
    )
    await offer_task(task, demand, tasks=answering.tasks, facts=answering.facts)
    return replace(demand, verify_path=demand.path)


async def _ask_again(task: Task, demand: Demand, answering: Answering, now: datetime) -> None:
    """The same worker, who must hear that it is elsewhere: offered, until they accept that too."""
    anew = replace(
        task,
        state=TaskState.OFFERED,
        offered_at=now,
        due_at=now + VERIFY_WITHIN,
        version=task.version + 1,
    )
    await offer_task(anew, demand, tasks=answering.tasks, facts=answering.facts)


async def _withdraw(task: Task, demand: Demand, answering: Answering, now: datetime) -> None:
    gone = replace(task, state=TaskState.WITHDRAWN, reason=RELOCATED, version=task.version + 1)
    await answering.tasks.save(gone)
    told = TaskStateChanged(demand.incident_id, task.id, gone.state, now, RELOCATED)
    await answering.facts.tell(told, scope=scope_of(demand))
