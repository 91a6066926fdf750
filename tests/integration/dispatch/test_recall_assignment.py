"""A recall undoes what nobody can have heard, and otherwise holds until its crew says it heard."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch import AssignmentCancelled, RecallRequested
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import AssignmentStatus, OverdueMatter, StatusSource
from beaconfire_dispatch.application.recall_assignment import (
    RecallAssignment,
    keys,
    recall_assignment,
)
from beaconfire_dispatch.application.step_assignment import AssignmentMoved
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.recall import CrewThere, Deadline
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City

NOW = wall_now()


async def _ordered(city: City, tables: Any, status: AssignmentStatus) -> Assignment:
    one = Assignment(
        AssignmentId(new_id()), UnitId(city.units["E1"]["id"]), IncidentId(new_id()), 1,
        AssignmentStatus.DISPATCHED, 1, NOW, NOW + timedelta(seconds=60),
    )  # fmt: skip
    await tables.assignments.order(one)
    await tables.assignments.save(replace(one, status=status))
    return one


async def _recall(tables: Any, one: Assignment) -> Assignment:
    command = RecallAssignment(
        one.id, one.incident_id, one.unit_id, "desk_recalled", StatusSource.SEAT
    )
    assert keys(command) == (aggregate(one.incident_id), aggregate(one.unit_id))
    return await recall_assignment(
        command,
        units=tables.units,
        assignments=tables.assignments,
        demands=tables.demands,
        policies=tables.policies,
        deadlines=tables.deadlines,
        facts=tables.tx,
        now=NOW,
    )


async def test_a_rolling_crew_is_called_back_once_and_keeps_its_order_until_it_heard(
    city: City, tables: Any
) -> None:
    one = await _ordered(city, tables, AssignmentStatus.EN_ROUTE)

    first, second = await _recall(tables, one), await _recall(tables, one)

    [told] = tables.told(RecallRequested)
    assert (told.reason, told.requested_at) == ("desk_recalled", NOW)
    assert first == second
    assert (first.status, first.recall_at) == (AssignmentStatus.EN_ROUTE, NOW)
    due = Deadline(OverdueMatter.RECALL, one.id, one.incident_id, one.unit_id, NOW)
    assert await tables.deadlines.is_open(due)


async def test_an_order_that_nobody_can_have_heard_is_undone(city: City, tables: Any) -> None:
    one = await _ordered(city, tables, AssignmentStatus.DISPATCHED)

    after = await _recall(tables, one)

    assert after.status is AssignmentStatus.CANCELLED
    assert tables.told(RecallRequested) == []
    assert len(tables.told(AssignmentCancelled)) == 1


async def test_who_is_there_or_was_moved_is_not_recalled(city: City, tables: Any) -> None:
    one = await _ordered(city, tables, AssignmentStatus.ON_SCENE)

    with pytest.raises(CrewThere):
        await _recall(tables, one)
    with pytest.raises(AssignmentMoved):
        await _recall(tables, replace(one, incident_id=IncidentId(new_id())))

    assert tables.tx.told == ()
