"""Give a task by hand: to whoever is on duty there, to somebody named, or to a body."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from beaconfire_contracts.ids import BodyId, IncidentId, PersonId, TaskId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Conflict, Invalid
from beaconfire_contracts.vocabulary import DutyPart, TaskKind, TaskState
from beaconfire_dispatch.application.find_responders import find_responders
from beaconfire_dispatch.application.offer_task import offer_task
from beaconfire_dispatch.application.ports import Answering
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.roster import Responder, next_on_ladder
from beaconfire_dispatch.domain.roster_rules import UnknownWorker
from beaconfire_dispatch.domain.task import Task, ask


class InsideStandOff(Invalid):
    """Nobody unprotected is sent so near to what is said to be there."""


class NobodyToAsk(Conflict):
    """Nobody answers for this place: name a person or a body."""


class IncidentIsOver(Conflict):
    """The incident is closed, or followed in another."""

    code = "incident_over"


@dataclass(frozen=True, slots=True)
class GiveTask:
    """What is asked at which incident, of whom, until when, how far from it.

    Without a person and a body it is whoever is on duty there. `stand_off_m` None is what the
    kind of incident asks for.
    """

    incident_id: IncidentId
    kind: TaskKind
    within: timedelta
    person_id: PersonId | None = None
    body: BodyId | None = None
    stand_off_m: float | None = None


def keys(command: GiveTask) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(command.incident_id),)


async def give_task(
    command: GiveTask, demand: Demand, *, answering: Answering, now: datetime
) -> Task:
    """Keep and tell it; who is sent is sent to a place outside the stand-off."""
    if not demand.is_live:
        raise IncidentIsOver
    least = await answering.stand_off_of(demand)
    metres = least if command.stand_off_m is None else command.stand_off_m
    if metres < least:
        raise InsideStandOff(pointer="/stand_off_m", least_m=least)
    responder = await _responder(command, demand, answering, now)
    task = Task(
        TaskId(answering.new_id()),
        demand.incident_id,
        command.kind,
        responder.person_id,
        TaskState.OFFERED,
        metres,
        now,
        now + command.within,
        1,
        place=answering.place_for(demand, metres),
    )
    asked = ask(task, responder, now)
    await offer_task(asked, demand, tasks=answering.tasks, facts=answering.facts)
    return asked


async def _responder(
    command: GiveTask, demand: Demand, answering: Answering, now: datetime
) -> Responder:
    if command.body is not None:
        return Responder(DutyPart.DESK, "", None, command.body)
    person_id = command.person_id
    if person_id is not None:
        if not await answering.tasks.still_workers([person_id]):
            raise UnknownWorker(pointer="/person_id")
        return Responder(DutyPart.WORKER, "", person_id)
    found = await find_responders(demand, tasks=answering.tasks, rosters=answering.rosters, now=now)
    cannot = await answering.tasks.who_cannot(demand.incident_id)
    responder = next_on_ladder(found, None, cannot)
    if responder is None:
        raise NobodyToAsk
    return responder
