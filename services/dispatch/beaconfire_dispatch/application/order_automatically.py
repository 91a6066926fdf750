"""Order what was recommended though nobody asked, where the policy says so; once a recommendation.

It goes through the same use case as a desk's order, so the same rules and the same database hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from beaconfire_contracts.ids import AssignmentId, IncidentId, RecommendationId, UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import StatusSource
from beaconfire_dispatch.application.order_units import OrderUnits, order_units
from beaconfire_dispatch.application.ports import (
    Arrivals,
    Assignments,
    Demands,
    Facts,
    Policies,
    Units,
    policy_for,
)
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.automatic import (
    Case,
    counts_as_sent,
    units_to_order,
    was_taken_back,
)
from beaconfire_dispatch.domain.demand import Demand


@dataclass(frozen=True, slots=True)
class OrderAutomatically:
    """A recommendation, and the ids of the assignments that its units would get."""

    recommendation_id: RecommendationId
    incident_id: IncidentId
    assignment_ids: Mapping[UnitId, AssignmentId]


class AutomaticOrders(Protocol):
    """By which recommendations somebody was ordered though nobody asked."""

    async def is_newest(self, incident_id: IncidentId, named: RecommendationId) -> bool:
        """Whether nothing else was recommended for the incident since."""
        ...

    async def claim(self, command: OrderAutomatically, at: datetime) -> bool:
        """Keep that it is followed; False where it was already."""
        ...

    async def barred(
        self, incident_id: IncidentId, unit_ids: Sequence[UnitId]
    ) -> frozenset[UnitId]:
        """Who of these is on an incident, kept for another, or vetoed here."""
        ...


def keys(command: OrderAutomatically) -> tuple[LockKey, ...]:
    """The incident and every unit: those of a desk's order, and of a desk's word on a unit."""
    return (aggregate(command.incident_id), *(aggregate(one) for one in command.assignment_ids))


async def order_automatically(
    command: OrderAutomatically,
    *,
    automatic: AutomaticOrders,
    units: Units,
    assignments: Assignments,
    demands: Demands,
    policies: Policies,
    arrivals: Arrivals,
    facts: Facts,
    now: datetime,
) -> list[Assignment]:
    """Who was ordered: nobody where it is out of date, done already, or not for us to decide."""
    demand = await demands.get(command.incident_id)
    if demand is None or not await automatic.is_newest(
        command.incident_id, command.recommendation_id
    ):
        return []
    everybody = await assignments.of_incident(demand.incident_id)
    sent = [one for one in everybody if counts_as_sent(one, demand.opened_at)]
    case = Case(
        demand,
        await policy_for(demand, policies),
        tuple([await units.get(one) for one in command.assignment_ids]),
        await automatic.barred(demand.incident_id, tuple(command.assignment_ids)),
        tuple([(await units.get(one.unit_id)).capabilities for one in sent]),
        was_taken_back(everybody, demand.opened_at),
    )
    wanted = units_to_order(case)
    if not wanted or not await automatic.claim(command, now):
        return []
    order = OrderUnits(
        command.incident_id,
        {one: command.assignment_ids[one] for one in wanted},
        await _expected(wanted, demand, arrivals, now),
        command.recommendation_id,
        source=StatusSource.SYSTEM,
        is_automatic=True,
    )
    return await order_units(
        order, units=units, assignments=assignments, demands=demands, policies=policies,
        facts=facts, now=now,
    )  # fmt: skip


async def _expected(
    wanted: Sequence[UnitId], demand: Demand, arrivals: Arrivals, now: datetime
) -> dict[UnitId, datetime]:
    if demand.point is None:
        return {}
    found = await arrivals.seconds(wanted, demand.point)
    return {name: now + timedelta(seconds=needed) for name, needed in found.items()}
