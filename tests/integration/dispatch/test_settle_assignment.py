"""Settling locks every incident and the unit that it touches, and does nothing a second time."""

from typing import Any

from beaconfire_contracts.facts.dispatch import AssignmentMovedAway, AssignmentRehomed
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import AssignmentStatus
from beaconfire_dispatch.application.settle_assignment import Unsettled, keys, settle_assignment
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City


async def _found(city: City, tables: Any) -> Unsettled:
    now = wall_now()
    one = Assignment(
        AssignmentId(new_id()), UnitId(city.units["E1"]["id"]), IncidentId(new_id()), 1,
        AssignmentStatus.EN_ROUTE, 1, now, now,
    )  # fmt: skip
    await tables.assignments.order(one)
    goal = IncidentId(new_id())
    return Unsettled(one.id, one.unit_id, one.incident_id, one.incident_id, goal)


async def _settle(tables: Any, command: Unsettled) -> None:
    await settle_assignment(
        command,
        units=tables.units,
        assignments=tables.assignments,
        demands=tables.demands,
        facts=tables.tx,
        now=wall_now(),
    )


async def test_it_moves_once_and_turns_nobody_round(city: City, tables: Any) -> None:
    command = await _found(city, tables)

    await _settle(tables, command)
    await _settle(tables, command)

    after = await tables.assignments.get(command.assignment_id)
    assert (after.incident_id, after.status) == (command.goal_id, AssignmentStatus.EN_ROUTE)
    assert len(tables.told(AssignmentMovedAway)) == len(tables.told(AssignmentRehomed)) == 1
    assert set(keys(command)) == {
        aggregate(command.incident_id), aggregate(command.goal_id), aggregate(command.unit_id),
    }  # fmt: skip


async def test_what_is_moved_to_where_all_is_over_is_let_go_at_once(
    city: City, tables: Any
) -> None:
    command = await _found(city, tables)
    await tables.demands.save(Demand(command.goal_id, ended=True))

    await _settle(tables, command)

    after = await tables.assignments.get(command.assignment_id)
    assert (after.incident_id, after.status) == (command.goal_id, AssignmentStatus.CANCELLED)
