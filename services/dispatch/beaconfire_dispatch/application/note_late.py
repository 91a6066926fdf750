"""Note that a unit is late: expected longer ago than its policy allows, told once."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from beaconfire_contracts.facts.dispatch_life import AssignmentLate
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_dispatch.application.ports import Assignments, Demands, Facts, scope_of
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.recall import STILL_COMING


@dataclass(frozen=True, slots=True)
class Late:
    """An assignment whose arrival is overdue, as the desk of deadlines found it."""

    assignment: Assignment


def keys(command: Late) -> tuple[LockKey, ...]:
    """The incident, under which its assignments change, and the unit."""
    return (aggregate(command.assignment.incident_id), aggregate(command.assignment.unit_id))


async def note_late(
    command: Late, *, assignments: Assignments, demands: Demands, facts: Facts, now: datetime
) -> None:
    """Tell it once of each expected arrival: a new address sets a new one."""
    one = await assignments.get(command.assignment.id)
    if one.incident_id != command.assignment.incident_id or one.status not in STILL_COMING:
        return  # it arrived, ended or was moved at this moment
    if one.eta_at is None or one.late_at is not None or one.recall_at is not None:
        return
    if one.eta_at + timedelta(seconds=one.late_s) > now:
        return
    await assignments.save(replace(one, late_at=now, version=one.version + 1))
    told = AssignmentLate(one.incident_id, one.id, one.unit_id, one.eta_at, now)
    await facts.tell(told, scope=scope_of(await demands.get(one.incident_id)))
