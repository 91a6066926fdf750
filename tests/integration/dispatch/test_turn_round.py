"""A crew on its way is turned round in one breath: its old order ends, and what it leaves asks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch import AssignmentCancelled
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.vocabulary import AssignmentStatus, StatusSource
from beaconfire_dispatch.application.turn_round import turn_round
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.recall import TURNED_ROUND, CrewThere
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
    moved = replace(one, status=status)
    await tables.assignments.save(moved)
    return moved


async def _turn(tables: Any, one: Assignment) -> None:
    await turn_round(
        one, StatusSource.SEAT, units=tables.units, assignments=tables.assignments,
        demands=tables.demands, facts=tables.tx, now=NOW,
    )  # fmt: skip


async def test_its_order_ends_and_says_why_and_it_is_free(city: City, tables: Any) -> None:
    one = await _ordered(city, tables, AssignmentStatus.EN_ROUTE)

    await _turn(tables, one)

    [told] = tables.told(AssignmentCancelled)
    assert told.reason == TURNED_ROUND
    assert (await tables.assignments.get(one.id)).status is AssignmentStatus.CANCELLED
    assert (await tables.units.get(one.unit_id)).may_be_sent


@pytest.mark.parametrize("status", [AssignmentStatus.ON_SCENE, AssignmentStatus.TRANSPORTING])
async def test_nobody_is_turned_round_who_has_arrived(
    city: City, tables: Any, status: AssignmentStatus
) -> None:
    one = await _ordered(city, tables, status)

    with pytest.raises(CrewThere):
        await _turn(tables, one)

    assert tables.told(AssignmentCancelled) == []
