"""A step is kept and told with its unit, under the locks of the incident that it is on."""

from dataclasses import replace
from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch import AssignmentEnRoute, UnitStatusChanged
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import AssignmentStatus, StatusSource, UnitStatus
from beaconfire_dispatch.application.step_assignment import (
    AssignmentMoved,
    StepAssignment,
    keys,
    step_assignment,
)
from beaconfire_dispatch.domain.assignment import Assignment, Step
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City


async def _command(city: City, tables: Any) -> StepAssignment:
    now = wall_now()
    one = Assignment(
        AssignmentId(new_id()), UnitId(city.units["E1"]["id"]), IncidentId(new_id()), 1,
        AssignmentStatus.DISPATCHED, 1, now, now,
    )  # fmt: skip
    await tables.assignments.order(one)
    step = Step(AssignmentStatus.EN_ROUTE, now, StatusSource.RADIO)
    return StepAssignment(one.id, one.incident_id, one.unit_id, step)


async def _step(tables: Any, command: StepAssignment) -> Assignment:
    return await step_assignment(
        command,
        units=tables.units,
        assignments=tables.assignments,
        demands=tables.demands,
        facts=tables.tx,
    )


async def test_assignment_and_unit_go_on_together(city: City, tables: Any) -> None:
    command = await _command(city, tables)

    after = await _step(tables, command)

    assert after == await tables.assignments.get(command.assignment_id)
    assert (await tables.units.get(command.unit_id)).status is UnitStatus.EN_ROUTE
    [step], [unit] = tables.told(AssignmentEnRoute), tables.told(UnitStatusChanged)
    assert (step.gaps, unit.gaps) == (
        (AssignmentStatus.ACKNOWLEDGED,), (UnitStatus.ACKNOWLEDGED,),
    )  # fmt: skip
    assert set(keys(command)) == {aggregate(command.incident_id), aggregate(command.unit_id)}


async def test_what_a_merge_took_along_at_this_moment_is_asked_again(
    city: City, tables: Any
) -> None:
    command = await _command(city, tables)
    one = await tables.assignments.get(command.assignment_id)
    await tables.assignments.save(replace(one, incident_id=IncidentId(new_id())))

    with pytest.raises(AssignmentMoved) as refused:
        await _step(tables, command)

    assert refused.value.retriable
    assert tables.tx.told == ()
