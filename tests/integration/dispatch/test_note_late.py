"""Who is late is looked at again under the locks: who came, ended or was moved is left alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch_life import AssignmentLate
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import AssignmentStatus
from beaconfire_dispatch.application.note_late import Late, keys, note_late
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City

NOW = wall_now()


async def _ordered(city: City, tables: Any) -> Assignment:
    one = Assignment(
        AssignmentId(new_id()), UnitId(city.units["E1"]["id"]), IncidentId(new_id()), 1,
        AssignmentStatus.EN_ROUTE, 1, NOW - timedelta(minutes=9), NOW,
        eta_at=NOW - timedelta(seconds=180),
    )  # fmt: skip
    await tables.assignments.order(one)
    return one


async def _note(tables: Any, one: Assignment) -> None:
    await note_late(
        Late(one),
        assignments=tables.assignments,
        demands=tables.demands,
        facts=tables.tx,
        now=NOW,
    )


async def test_a_late_unit_is_told_once(city: City, tables: Any) -> None:
    one = await _ordered(city, tables)

    await _note(tables, one)
    await _note(tables, one)

    [told] = tables.told(AssignmentLate)
    assert (told.eta_at, told.noticed_at) == (one.eta_at, NOW)
    assert (await tables.assignments.get(one.id)).late_at == NOW
    assert keys(Late(one)) == (aggregate(one.incident_id), aggregate(one.unit_id))


@pytest.mark.parametrize(
    "change",
    [
        {"status": AssignmentStatus.ON_SCENE},
        {"incident_id": IncidentId(new_id())},
        {"recall_at": NOW},
        {"eta_at": None},
        {"eta_at": NOW - timedelta(seconds=179)},
    ],
)
async def test_what_changed_since_it_was_found_is_left_alone(
    city: City, tables: Any, change: dict[str, Any]
) -> None:
    one = await _ordered(city, tables)
    await tables.assignments.save(replace(one, **change))

    await _note(tables, one)

    assert tables.tx.told == ()
