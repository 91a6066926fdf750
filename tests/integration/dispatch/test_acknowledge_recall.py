"""A recall is heard once; it ends the order, and who was needed elsewhere leaves a gap behind."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch import AssignmentCancelled, RecallAcknowledged
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import AssignmentStatus, StatusSource
from beaconfire_dispatch.application.acknowledge_recall import (
    AcknowledgeRecall,
    acknowledge_recall,
    keys,
)
from beaconfire_dispatch.application.step_assignment import AssignmentMoved
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.recall import NEEDED_ELSEWHERE, NotRecalled
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City

NOW = wall_now()


async def _ordered(city: City, tables: Any, reason: str | None) -> Assignment:
    one = Assignment(
        AssignmentId(new_id()), UnitId(city.units["E1"]["id"]), IncidentId(new_id()), 1,
        AssignmentStatus.EN_ROUTE, 1, NOW, NOW + timedelta(seconds=60),
    )  # fmt: skip
    await tables.assignments.order(one)
    changed = replace(one, recall_at=reason and NOW, recall_reason=reason)
    await tables.assignments.save(changed)
    return changed


async def _hear(tables: Any, one: Assignment) -> Assignment:
    command = AcknowledgeRecall(one.id, one.incident_id, one.unit_id, NOW, StatusSource.APP, 1)
    assert keys(command) == (aggregate(one.incident_id), aggregate(one.unit_id))
    return await acknowledge_recall(
        command,
        units=tables.units,
        assignments=tables.assignments,
        demands=tables.demands,
        facts=tables.tx,
    )


@pytest.mark.parametrize(
    ("reason", "source"),
    [("desk_recalled", StatusSource.APP), (NEEDED_ELSEWHERE, StatusSource.SYSTEM)],
)
async def test_heard_twice_it_ends_and_is_told_once(
    city: City, tables: Any, reason: str, source: StatusSource
) -> None:
    one = await _ordered(city, tables, reason)

    first, second = await _hear(tables, one), await _hear(tables, one)

    assert first.status is second.status is AssignmentStatus.CANCELLED
    assert len(tables.told(RecallAcknowledged)) == 1
    [ended] = tables.told(AssignmentCancelled)
    assert (ended.reason, ended.source) == (reason, source)


async def test_whom_nobody_recalled_or_who_was_moved_hears_nothing(city: City, tables: Any) -> None:
    one = await _ordered(city, tables, None)

    with pytest.raises(NotRecalled):
        await _hear(tables, one)
    with pytest.raises(AssignmentMoved):
        await _hear(tables, replace(one, incident_id=IncidentId(new_id())))

    assert tables.tx.told == ()
