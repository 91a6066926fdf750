"""A crew that begins by itself is on one thing only, however many tell it at once."""

from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch import UnitStatusChanged
from beaconfire_contracts.facts.dispatch_life import OnViewed
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.refusals import UnitTaken
from beaconfire_contracts.vocabulary import StatusSource
from beaconfire_dispatch.application.begin_on_view import BeginOnView, begin_on_view, keys
from beaconfire_dispatch.application.order_units import IncidentOver
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.on_view import Begun
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City


def _command(city: City, incident_id: str | None = None) -> BeginOnView:
    now = wall_now()
    begun = Begun(
        IncidentId(incident_id or new_id()), AssignmentId(new_id()), now, now, StatusSource.APP
    )
    return BeginOnView(UnitId(city.units["E1"]["id"]), begun)


async def _begin(tables: Any, command: BeginOnView) -> Any:
    return await begin_on_view(
        command, units=tables.units, assignments=tables.assignments, demands=tables.demands,
        facts=tables.tx,
    )  # fmt: skip


async def test_it_is_kept_and_told_once_and_then_the_unit_is_taken(city: City, tables: Any) -> None:
    command = _command(city)
    one = await _begin(tables, command)

    assert await tables.assignments.get(one.id) == one
    with pytest.raises(UnitTaken):
        await _begin(tables, _command(city))
    assert len(tables.told(OnViewed)) == len(tables.told(UnitStatusChanged)) == 1
    assert keys(command) == (aggregate(one.incident_id), aggregate(one.unit_id))


async def test_nobody_begins_at_what_is_over(city: City, tables: Any) -> None:
    command = _command(city)
    await tables.demands.save(Demand(command.begun.incident_id, ended=True))

    with pytest.raises(IncidentOver):
        await _begin(tables, command)
