"""Raise what stayed overdue to the shift leader, once; what was put right meanwhile is moot."""

from datetime import datetime
from typing import Final

from beaconfire_contracts.facts.dispatch_life import RaisedToSuperior
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import AssignmentStatus, OverdueMatter
from beaconfire_dispatch.application.ports import Assignments, Deadlines, Demands, Facts, scope_of
from beaconfire_dispatch.domain.assignment import PATH, has_cleared
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.recall import Deadline

_UNANSWERED: Final = frozenset({AssignmentStatus.DISPATCHED})


def keys(deadline: Deadline) -> tuple[LockKey, ...]:
    """The incident on which it happens by now, and the unit."""
    return (aggregate(deadline.incident_id), aggregate(deadline.unit_id))


async def raise_overdue(
    deadline: Deadline,
    *,
    assignments: Assignments,
    demands: Demands,
    deadlines: Deadlines,
    facts: Facts,
    now: datetime,
) -> bool:
    """Look again under the locks; whether it was raised."""
    if not await deadlines.is_open(deadline):
        return False
    demand = await demands.get(deadline.incident_id)
    is_overdue = await _still(deadline, demand, assignments)
    await deadlines.close(deadline, now if is_overdue else None)
    if is_overdue:
        told = RaisedToSuperior(
            deadline.incident_id, deadline.matter, now, deadline.subject_id, deadline.unit_id
        )
        await facts.tell(told, scope=scope_of(demand))
    return is_overdue


async def _still(deadline: Deadline, demand: Demand | None, assignments: Assignments) -> bool:
    """Whether nobody heard the recall or knows the new address, or nobody at all has answered for
    the silent crew.

    Who cleared before it was reopened answered what was then.
    """
    if demand is not None and not demand.is_live:
        return False
    if deadline.matter is OverdueMatter.RECALL:
        one = await assignments.get(deadline.subject_id)
        return one.recall_at is not None and not one.has_ended
    if deadline.matter is OverdueMatter.ADDRESS:
        one = await assignments.get(deadline.subject_id)
        return one.address_changed and one.status in PATH
    if demand is not None and demand.answered:
        return False
    others = await assignments.of_incident(deadline.incident_id)
    open_ones = [one for one in others if not one.has_ended]
    came = has_cleared(others, None if demand is None else demand.opened_at)
    return not came and all(one.status in _UNANSWERED for one in open_ones)
