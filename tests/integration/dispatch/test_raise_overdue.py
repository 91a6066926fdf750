"""What stayed overdue goes to the shift leader once; what was put right is closed in silence."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch_life import RaisedToSuperior
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import AssignmentStatus as S
from beaconfire_contracts.vocabulary import OverdueMatter
from beaconfire_dispatch.application.raise_overdue import keys, raise_overdue
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.recall import Deadline
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City

NOW = wall_now()


async def _overdue(city: City, tables: Any, matter: OverdueMatter, **change: Any) -> Deadline:
    one = Assignment(
        AssignmentId(new_id()), UnitId(city.units["E1"]["id"]), IncidentId(new_id()), 1,
        S.DISPATCHED, 1, NOW, NOW + timedelta(seconds=60),
    )  # fmt: skip
    await tables.assignments.order(one)
    await tables.assignments.save(replace(one, **change))
    deadline = Deadline(matter, one.id, one.incident_id, one.unit_id, NOW)
    await tables.deadlines.set(deadline)
    return deadline


async def _raise(tables: Any, deadline: Deadline) -> bool:
    return await raise_overdue(
        deadline,
        assignments=tables.assignments,
        demands=tables.demands,
        deadlines=tables.deadlines,
        facts=tables.tx,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("matter", "change"),
    [
        (OverdueMatter.RECALL, {"status": S.EN_ROUTE, "recall_at": NOW}),
        (OverdueMatter.ACKNOWLEDGE, {"status": S.CANCELLED}),
        (OverdueMatter.ADDRESS, {"status": S.EN_ROUTE, "address_changed": True}),
        (OverdueMatter.ADDRESS, {"status": S.DISPATCHED, "address_changed": True}),
    ],
)
async def test_what_stays_overdue_is_raised_once(
    city: City, tables: Any, matter: OverdueMatter, change: dict[str, Any]
) -> None:
    deadline = await _overdue(city, tables, matter, **change)

    raised = [await _raise(tables, deadline), await _raise(tables, deadline)]

    assert raised == [True, False]
    [told] = tables.told(RaisedToSuperior)
    assert (told.matter, told.assignment_id) == (matter, deadline.subject_id)
    assert keys(deadline) == (aggregate(deadline.incident_id), aggregate(deadline.unit_id))


@pytest.mark.parametrize(
    ("matter", "change"),
    [
        (OverdueMatter.RECALL, {"status": S.CANCELLED, "recall_at": NOW}),
        (OverdueMatter.RECALL, {"status": S.ON_SCENE, "recall_at": None}),
        (OverdueMatter.ACKNOWLEDGE, {"status": S.ACKNOWLEDGED}),
        (OverdueMatter.ACKNOWLEDGE, {"status": S.CLEARED}),
        (OverdueMatter.ADDRESS, {"status": S.EN_ROUTE}),
        (OverdueMatter.ADDRESS, {"status": S.CANCELLED, "address_changed": True}),
        (OverdueMatter.ADDRESS, {"status": S.TRANSPORTING, "address_changed": True}),
    ],
)
async def test_what_was_put_right_is_closed_without_a_word(
    city: City, tables: Any, matter: OverdueMatter, change: dict[str, Any]
) -> None:
    deadline = await _overdue(city, tables, matter, **change)

    assert not await _raise(tables, deadline)
    assert not await tables.deadlines.is_open(deadline)
    assert tables.tx.told == ()


@pytest.mark.parametrize(
    ("opened_after", "answered", "is_raised"),
    [(False, False, False), (True, False, True), (True, True, False)],
)
async def test_who_cleared_before_it_was_reopened_answers_nothing_now(
    city: City, tables: Any, *, opened_after: bool, answered: bool, is_raised: bool
) -> None:
    deadline = await _overdue(city, tables, OverdueMatter.ACKNOWLEDGE, status=S.CLEARED)
    opened_at = NOW + timedelta(seconds=300 if opened_after else -300)
    await tables.demands.save(
        Demand(deadline.incident_id, 1, "fire", 1, opened_at=opened_at, answered=answered)
    )

    assert await _raise(tables, deadline) is is_raised
