"""Order what was recommended though nobody asked, where the policy says so; once a recommendation.

It goes through the same use case as a desk's order, so the same rules and the same database hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from beaconfire_contracts.ids import AssignmentId, IncidentId, RecommendationId, UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.vocabulary import StatusSource
from beaconfire_dispatch.application import turn_unasked
from beaconfire_dispatch.application.automatic_ports import Ordering, Turn
from beaconfire_dispatch.application.order_units import OrderUnits, order_units
from beaconfire_dispatch.application.ports import Arrivals, policy_for
from beaconfire_dispatch.application.recall_assignment import RecallAssignment, recall_assignment
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.automatic import (
    Case,
    counts_as_sent,
    units_to_order,
    was_taken_back,
)
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.recall import REPLACED
from beaconfire_dispatch.domain.unit import Unit


@dataclass(frozen=True, slots=True)
class OrderAutomatically:
    """A recommendation, and the ids of the assignments that its units would get."""

    recommendation_id: RecommendationId
    incident_id: IncidentId
    assignment_ids: Mapping[UnitId, AssignmentId]
    turns: Mapping[UnitId, Turn] = field(default_factory=dict[UnitId, Turn])
    """Of those units that are on their way elsewhere, or take the place of one that is coming."""
    instead: Mapping[UnitId, AssignmentId] = field(default_factory=dict[UnitId, AssignmentId])
    """The same of who goes where somebody of them may not be turned round: free ones."""

    @property
    def every_id(self) -> Mapping[UnitId, AssignmentId]:
        """By everybody who may go."""
        return {**self.instead, **self.assignment_ids}

    def spare(self, turned: turn_unasked.Turned) -> tuple[UnitId, ...]:
        """Who else may go: nobody while all who leave an order for this may do so."""
        leaving = (name for name, turn in self.turns.items() if turn.leaves is not None)
        return () if all(name in turned.leaving for name in leaving) else tuple(self.instead)


def keys(command: OrderAutomatically) -> tuple[LockKey, ...]:
    """The incident and every unit: those of a desk's order, and of a desk's word on a unit; beside
    them whatever crews are turned round from.
    """
    own = (command.incident_id, *command.every_id)
    return (*(aggregate(one) for one in own), *turn_unasked.keys(command.turns))


async def order_automatically(
    command: OrderAutomatically, *, ordering: Ordering, now: datetime
) -> list[Assignment]:
    """Who was ordered: nobody where it is out of date, done already, or not for us to decide."""
    demand = await ordering.demands.get(command.incident_id)
    if demand is None or not await ordering.automatic.is_newest(
        command.incident_id, command.recommendation_id
    ):
        return []
    case, turned = await _case(command, demand, ordering)
    wanted = units_to_order(case)
    if not wanted or not await ordering.automatic.claim(
        command.recommendation_id, command.incident_id, now
    ):
        return []
    leaving = [one for name, one in turned.leaving.items() if name in wanted]
    order = OrderUnits(
        command.incident_id,
        {one: command.every_id[one] for one in wanted},
        await _expected(wanted, demand, ordering.arrivals, now),
        command.recommendation_id,
        source=StatusSource.SYSTEM,
        is_automatic=True,
        leaving={one.id: one.incident_id for one in leaving},
    )
    ordered = await order_units(
        order,
        units=ordering.units,
        assignments=ordering.assignments,
        demands=ordering.demands,
        policies=ordering.policies,
        facts=ordering.facts,
        now=now,
    )
    for name, one in turned.replacing.items():
        if name in wanted:
            await _stand_down(one, ordering, now)
    return ordered


async def _case(
    command: OrderAutomatically, demand: Demand, ordering: Ordering
) -> tuple[Case, turn_unasked.Turned]:
    """The incident as it is under its locks, and who would be called off for it."""
    names = tuple(command.assignment_ids)
    policy = await policy_for(demand, ordering.policies)
    everybody = await ordering.assignments.of_incident(demand.incident_id)
    turned = await turn_unasked.turn_unasked(
        command.turns, demand, policy, everybody, ordering=ordering
    )
    spare = command.spare(turned)
    if spare:  # who is coming still comes: nobody better placed takes their place by this
        turned = turn_unasked.Turned(turned.leaving)
    leaving = tuple(one.id for one in turned.leaving.values())
    barred = await ordering.automatic.barred(demand.incident_id, (*names, *spare), leaving)
    replaced = {one.id for name, one in turned.replacing.items() if name not in barred}
    sent = [
        one for one in everybody if counts_as_sent(one, demand.opened_at) and one.id not in replaced
    ]
    case = Case(
        demand,
        policy,
        await _units(names, ordering),
        barred,
        tuple([(await ordering.units.get(one.unit_id)).capabilities for one in sent]),
        was_taken_back(everybody, demand.opened_at),
        frozenset(turned.leaving),
        await _units(spare, ordering),
    )
    return case, turned


async def _units(names: Sequence[UnitId], ordering: Ordering) -> tuple[Unit, ...]:
    return tuple([await ordering.units.get(one) for one in names])


async def _stand_down(one: Assignment, ordering: Ordering, now: datetime) -> None:
    """Call back a crew whose place another takes."""
    await recall_assignment(
        RecallAssignment(one.id, one.incident_id, one.unit_id, REPLACED, StatusSource.SYSTEM),
        units=ordering.units,
        assignments=ordering.assignments,
        demands=ordering.demands,
        policies=ordering.policies,
        deadlines=ordering.deadlines,
        facts=ordering.facts,
        now=now,
    )


async def _expected(
    wanted: Sequence[UnitId], demand: Demand, arrivals: Arrivals, now: datetime
) -> dict[UnitId, datetime]:
    if demand.point is None:
        return {}
    found = await arrivals.seconds(wanted, demand.point)
    return {name: now + timedelta(seconds=needed) for name, needed in found.items()}
