"""Turn crews round though nobody asked: who may be, where the policy says so, and who stands down.

All of it under the locks of the order that gains by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from beaconfire_contracts.ids import AssignmentId, UnitId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_dispatch.application.automatic_ports import Ordering, Turn
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.automatic import may_be_turned
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Turned:
    """By unit that is proposed: the order that it leaves, and the one whose place it takes."""

    leaving: Mapping[UnitId, Assignment] = field(default_factory=dict[UnitId, Assignment])
    replacing: Mapping[UnitId, Assignment] = field(default_factory=dict[UnitId, Assignment])


def keys(turns: Mapping[UnitId, Turn]) -> tuple[LockKey, ...]:
    """The incidents that crews leave, and whoever is replaced."""
    away = {one.away for one in turns.values()}
    replaced = {one.replaced for one in turns.values()}
    return tuple(aggregate(one) for one in sorted((away | replaced) - {None}, key=str) if one)


async def turn_unasked(
    turns: Mapping[UnitId, Turn],
    demand: Demand,
    policy: Policy,
    everybody: Sequence[Assignment],
    *,
    ordering: Ordering,
) -> Turned:
    """Who may be called off for an incident; nobody where the policy leaves that to a person.

    For one incident no more are turned round than the rules say; `everybody` is who was sent to it.
    """
    if not turns or not policy.may_divert_unasked:
        return Turned()
    before = sum(one.turned_from is not None for one in everybody)
    left = (await ordering.rules.get()).diversions_max - before
    leaving: dict[UnitId, Assignment] = {}
    replacing: dict[UnitId, Assignment] = {}
    for unit_id, turn in turns.items():
        order = await _order_of(unit_id, turn.leaves, demand, policy, ordering)
        if order is not None and order.incident_id == turn.away and len(leaving) < left:
            leaving[unit_id] = order
        order = await _order_of(turn.replaced, turn.replaces, demand, policy, ordering)
        if order is not None and order.incident_id == demand.incident_id:
            replacing[unit_id] = order
    return Turned(leaving, replacing)


async def _order_of(
    unit_id: UnitId | None,
    named: AssignmentId | None,
    demand: Demand,
    policy: Policy,
    ordering: Ordering,
) -> Assignment | None:
    """The order that a unit is on, if it is the one that was named and may be ended for this."""
    order = None if unit_id is None else await ordering.assignments.open_of_unit(unit_id)
    if order is None or order.id != named:
        return None
    away = await ordering.demands.get(order.incident_id)
    unit = await ordering.units.get(order.unit_id)
    if away is None or not may_be_turned(order, unit, away, demand, policy):
        return None
    return order
