"""Order units to an incident: all of them or none, each under a fence above every earlier one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.dispatch import AssignmentDispatched
from beaconfire_contracts.ids import AssignmentId, IncidentId, RecommendationId, UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Conflict, Invalid, UnitTaken
from beaconfire_contracts.vocabulary import AssignmentStatus, StatusSource, UnitStatus
from beaconfire_dispatch.application.ports import (
    Assignments,
    Demands,
    Facts,
    Policies,
    Units,
    policy_for,
    scope_of,
    unit_scope,
)
from beaconfire_dispatch.application.step_assignment import AssignmentMoved
from beaconfire_dispatch.application.turn_round import turn_round
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.unit import Unit, with_status

UNITS_PER_ORDER_MAX = 24
"""The largest first hour in San Francisco's data sent 24 units to one incident."""


class UnitOutOfService(Conflict):
    """The unit may not be sent now."""


class IncidentOver(Conflict):
    """The incident is closed, voided or merged: nobody is sent to it."""


class SameUnitTwice(Invalid):
    """A unit stands twice in one order."""


@dataclass(frozen=True, slots=True)
class OrderUnits:
    """Units by id with the id of the assignment that each would get."""

    incident_id: IncidentId
    assignment_ids: Mapping[UnitId, AssignmentId]
    eta_at: Mapping[UnitId, datetime]
    recommendation_id: RecommendationId | None
    source: StatusSource = StatusSource.SEAT
    is_automatic: bool = False
    """Whether the policy gave it, and nobody asked."""
    leaving: Mapping[AssignmentId, IncidentId] = field(default_factory=dict)
    """Orders, with their incidents, from which units of this one are turned round."""


def keys(command: OrderUnits) -> tuple[LockKey, ...]:
    """The incident, those that units are turned round from, and every unit."""
    incidents = {command.incident_id, *command.leaving.values()}
    names = (*sorted(incidents), *command.assignment_ids)
    return tuple(aggregate(one) for one in names)


async def order_units(
    command: OrderUnits,
    *,
    units: Units,
    assignments: Assignments,
    demands: Demands,
    policies: Policies,
    facts: Facts,
    now: datetime,
) -> list[Assignment]:
    """Order all of them; UnitTaken with the holder when one is on another incident, unless it is
    said to leave that.
    """
    demand = await demands.get(command.incident_id)
    if demand is not None and not demand.is_live:
        raise IncidentOver
    policy = await policy_for(demand, policies)
    patience = timedelta(seconds=policy.acknowledge_s)
    ordered: list[Assignment] = []
    for unit_id, assignment_id in command.assignment_ids.items():
        left = await _holder(unit_id, command, units, assignments)
        if left is not None:
            await turn_round(
                left, command.source, units=units, assignments=assignments, demands=demands,
                facts=facts, now=now,
            )  # fmt: skip
        unit = await _free(unit_id, units)
        fence = unit.fence + 1
        assignment = Assignment(
            id=assignment_id,
            unit_id=unit_id,
            incident_id=command.incident_id,
            fence=fence,
            status=AssignmentStatus.DISPATCHED,
            version=1,
            dispatched_at=now,
            acknowledge_by=now + patience,
            eta_at=command.eta_at.get(unit_id),
            recommendation_id=command.recommendation_id,
            late_s=policy.late_s,
            is_automatic=command.is_automatic,
            turned_from=None if left is None else left.incident_id,
        )
        await assignments.order(assignment)
        changed, status = with_status(
            replace(unit, fence=fence, last_sent_at=now),
            UnitStatus.DISPATCHED,
            at=now,
            source=command.source,
            incident_id=command.incident_id,
            assignment_id=assignment_id,
        )
        await units.save(changed)
        await facts.tell(_fact(assignment), scope=scope_of(demand))
        await facts.tell(status, scope=unit_scope(unit))
        ordered.append(assignment)
    return ordered


async def _holder(
    unit_id: UnitId, command: OrderUnits, units: Units, assignments: Assignments
) -> Assignment | None:
    """The order that a unit is turned round from; AssignmentMoved when a merge took it away."""
    holder = await assignments.open_of_unit(unit_id)
    if holder is None:
        return None
    if holder.id not in command.leaving or holder.incident_id == command.incident_id:
        unit = await units.get(unit_id)
        raise UnitTaken(
            unit_id=unit_id, call_sign=unit.call_sign, incident_id=holder.incident_id,
            assignment_id=holder.id,
        )  # fmt: skip
    if command.leaving[holder.id] != holder.incident_id:
        raise AssignmentMoved
    return holder


async def _free(unit_id: UnitId, units: Units) -> Unit:
    unit = await units.get(unit_id)
    if not unit.may_be_sent:
        raise UnitOutOfService(
            unit_id=unit_id, call_sign=unit.call_sign, unit_status=unit.status.value
        )
    return unit


def _fact(one: Assignment) -> Fact:
    return AssignmentDispatched(
        one.incident_id, one.id, one.unit_id, one.fence, one.dispatched_at, one.eta_at,
        one.acknowledge_by, one.recommendation_id, one.is_automatic, one.turned_from,
    )  # fmt: skip
