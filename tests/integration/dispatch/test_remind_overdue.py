"""A reminder looks again under its locks: whoever answered, or was moved, is left alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch import Reassigned, Reminded
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import AssignmentStatus
from beaconfire_dispatch.application.remind_overdue import Overdue, keys, remind_overdue
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City

LATE = wall_now() - timedelta(minutes=5)


async def _ordered(city: City, tables: Any) -> Assignment:
    one = Assignment(
        AssignmentId(new_id()), UnitId(city.units["E1"]["id"]), IncidentId(new_id()), 1,
        AssignmentStatus.DISPATCHED, 1, LATE, LATE + timedelta(seconds=60),
    )  # fmt: skip
    await tables.assignments.order(one)
    return one


async def _remind(tables: Any, one: Assignment) -> None:
    await remind_overdue(
        Overdue(one),
        units=tables.units,
        assignments=tables.assignments,
        demands=tables.demands,
        deadlines=tables.deadlines,
        facts=tables.tx,
        now=wall_now(),
    )


async def test_a_reminder_gives_as_much_patience_again(city: City, tables: Any) -> None:
    one = await _ordered(city, tables)

    await _remind(tables, one)
    await _remind(tables, one)

    after = await tables.assignments.get(one.id)
    [told] = tables.told(Reminded)
    assert after.acknowledge_by - told.reminded_at == timedelta(seconds=60)
    assert tables.told(Reassigned) == []
    assert keys(Overdue(one)) == (aggregate(one.incident_id), aggregate(one.unit_id))


@pytest.mark.parametrize(
    "change",
    [
        {"status": AssignmentStatus.ACKNOWLEDGED},
        {"status": AssignmentStatus.CANCELLED},
        {"incident_id": IncidentId(new_id())},
        {"acknowledge_by": wall_now() + timedelta(hours=1)},
    ],
)
async def test_what_changed_since_it_was_found_is_left_alone(
    city: City, tables: Any, change: dict[str, Any]
) -> None:
    one = await _ordered(city, tables)
    await tables.assignments.save(replace(one, **change))

    await _remind(tables, one)

    assert tables.tx.told == ()
