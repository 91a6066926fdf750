"""Redirect whoever is on an incident whose place moved: new arrival, new address to acknowledge."""

from datetime import datetime, timedelta

from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import OverdueMatter
from beaconfire_dispatch.application.ports import Answering, policy_for, scope_of
from beaconfire_dispatch.domain.assignment import PATH, redirected
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.recall import Deadline


def keys(demand: Demand) -> tuple[LockKey, ...]:
    """The incident, under which its assignments change."""
    return (aggregate(demand.incident_id),)


async def redirect_units(
    demand: Demand, goal: Point, *, answering: Answering, now: datetime
) -> None:
    """Tell each crew that has not left for a hospital; who is there already goes on from there.

    Who does not say in time that they know the new address drives to the old one: the shift leader
    has it then (`raise_overdue`).
    """
    concerned = [
        one
        for one in await answering.assignments.open_of_incident(demand.incident_id)
        if one.status in PATH
    ]
    if not concerned:
        return
    seconds = await answering.arrivals.seconds([one.unit_id for one in concerned], goal)
    patience = timedelta(seconds=(await policy_for(demand, answering.policies)).acknowledge_s)
    for one in concerned:
        way_s = seconds.get(one.unit_id)
        eta_at = None if way_s is None else now + timedelta(seconds=way_s)
        changed, told = redirected(one, at=now, eta_at=eta_at)
        await answering.assignments.save(changed)
        limit = Deadline(
            OverdueMatter.ADDRESS, one.id, demand.incident_id, one.unit_id, now + patience
        )
        if not one.address_changed:
            await answering.deadlines.close(limit, None)  # it knew the last address
        await answering.deadlines.set(limit)
        await answering.facts.tell(told, scope=scope_of(demand))
