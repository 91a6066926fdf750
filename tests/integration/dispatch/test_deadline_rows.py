"""Deadlines as rows: one a matter and subject, due by business time and by the wall."""

from datetime import timedelta
from typing import Any

from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.vocabulary import AssignmentStatus, OverdueMatter
from beaconfire_dispatch.adapters.deadline_rows import PgDeadlines
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.recall import Deadline
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City

NOW = wall_now()


async def test_the_first_of_a_matter_stays_and_is_due_after_the_wall_too(
    city: City, tables: Any
) -> None:
    rows: PgDeadlines = tables.deadlines
    one = Assignment(
        AssignmentId(new_id()), UnitId(city.units["E1"]["id"]), IncidentId(new_id()), 1,
        AssignmentStatus.DISPATCHED, 1, NOW, NOW,
    )  # fmt: skip
    await tables.assignments.order(one)
    first = Deadline(OverdueMatter.RECALL, one.id, one.incident_id, one.unit_id, NOW)
    later = Deadline(
        OverdueMatter.RECALL, one.id, one.incident_id, one.unit_id, NOW + timedelta(hours=1)
    )
    await rows.set(first)
    await rows.set(later)

    too_soon = await rows.due(NOW, 10)
    await tables.tx.connection.execute(
        "update deadline set set_wall = set_wall - interval '5 seconds'"
    )
    early = await rows.due(NOW - timedelta(seconds=1), 10)
    due = await rows.due(NOW, 10)
    await rows.close(first, NOW)

    assert (too_soon, early, due) == ([], [], [first])
    assert await rows.due(NOW, 10) == []
    assert not await rows.is_open(first)
