"""Find who answers for a place now: by the rosters of its cells, else by what agency granted."""

from datetime import datetime

from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.places import UNPLACED
from beaconfire_contracts.vocabulary import DutyPart
from beaconfire_dispatch.application.ports import Rosters, Tasks
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.roster import Responder, areas_over, is_by_shift, on_duty


def keys(demand: Demand) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(demand.incident_id),)


async def find_responders(
    demand: Demand, *, tasks: Tasks, rosters: Rosters, now: datetime
) -> tuple[Responder, ...]:
    """Worker, deputy and leader on duty, then the desk: nobody's incident has no desk.

    Outside every cell those of the division that took the report answer. The desk is the nearest
    that is rostered, else that of whoever owns the incident.
    """
    areas = areas_over(demand.whereabouts, demand.also_in)
    known = await rosters.over(areas)
    found = await _still_workers(on_duty(known, now, rosters.zone), tasks)
    if not is_by_shift(known):
        found = (*await _granted(demand.whereabouts, tasks), *found)
    if demand.owner is None or any(one.part is DutyPart.DESK for one in found):
        return found
    return (*found, Responder(DutyPart.DESK, "", None, BodyId(demand.owner)))


async def _still_workers(found: tuple[Responder, ...], tasks: Tasks) -> tuple[Responder, ...]:
    """Without those whose right agency has taken away since they were rostered."""
    people = [one.person_id for one in found if one.person_id is not None]
    if not people:
        return found
    still = await tasks.still_workers(people)
    return tuple(one for one in found if one.person_id is None or one.person_id in still)


async def _granted(path: str | None, tasks: Tasks) -> tuple[Responder, ...]:
    """Who has the right to look there: the nearest, then whoever comes after them."""
    if path is None or path == UNPLACED:
        return ()
    granted = await tasks.responders(path)
    parts = [DutyPart.WORKER] + [DutyPart.DEPUTY] * len(granted)
    return tuple(
        Responder(part, one.area, one.person_id) for part, one in zip(parts, granted, strict=False)
    )
