"""The first hospital that has a bed is it; what has ended, or was moved, has no destination."""

from typing import Any

import pytest

from beaconfire_contracts.ids import AssignmentId, HospitalId, IncidentId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_dispatch.adapters.beds import PgBeds
from beaconfire_dispatch.application.propose_destination import (
    NoBedLeft,
    ProposeDestination,
    Way,
    keys,
    propose_destination,
)
from beaconfire_dispatch.application.step_assignment import AssignmentMoved
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City
from beaconfire_testkit.hospitals import a_hospital


async def _propose(tables: Any, command: ProposeDestination) -> Any:
    return await propose_destination(
        command, assignments=tables.assignments, beds=PgBeds(tables.tx.connection),
        demands=tables.demands, facts=tables.tx, now=wall_now(),
    )  # fmt: skip


async def test_the_first_that_has_a_bed_is_it(city: City, tables: Any) -> None:
    full = HospitalId(await a_hospital(city, "H1", away=0.01, beds=0))
    open_one = HospitalId(await a_hospital(city, "H2", away=0.05, beds=1))
    [one] = await city.order(await city.incident("medical"), "A1")
    names = (AssignmentId(one["id"]), IncidentId(one["incident_id"]), UnitId(one["unit_id"]))

    told = await _propose(
        tables, ProposeDestination(*names, [Way(full, 60.0), Way(open_one, 300.0)])
    )

    assert (told.hospital_id, told.travel_time_s) == (open_one, 300.0)
    with pytest.raises(NoBedLeft):
        await _propose(tables, ProposeDestination(*names, [Way(full, 60.0)]))
    moved = ProposeDestination(names[0], IncidentId(new_id()), names[2], [])
    with pytest.raises(AssignmentMoved):
        await _propose(tables, moved)
    assert keys(moved) == (aggregate(moved.incident_id), aggregate(moved.unit_id))
