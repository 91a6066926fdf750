"""A free unit is sent to stand by; what was proposed keeps its reason."""

from dataclasses import replace
from typing import Any

import pytest

from beaconfire_contracts.facts.standing_by import StandbyOrdered
from beaconfire_contracts.ids import StationId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import StandbyReason, UnitStatus
from beaconfire_dispatch.adapters.standbys import PgStandbys
from beaconfire_dispatch.application.order_standby import OrderStandby, keys, order_standby
from beaconfire_dispatch.application.order_units import UnitOutOfService
from beaconfire_dispatch.domain.standby import Standby, StandbyState
from beaconfire_dispatch.domain.unit import primary_of
from beaconfire_platform.clock import wall_now
from beaconfire_testkit.city import City

NOW = wall_now()


def a_command(city: City) -> OrderStandby:
    return OrderStandby(UnitId(city.units["E1"]["id"]), StationId(city.station["id"]))


async def _order(tables: Any, command: OrderStandby) -> Standby:
    return await order_standby(
        command, units=tables.units, assignments=tables.assignments,
        standbys=PgStandbys(tables.tx.connection), facts=tables.tx, now=NOW,
    )  # fmt: skip


async def test_what_was_proposed_keeps_its_reason(city: City, tables: Any) -> None:
    command = a_command(city)
    proposal = Standby(
        command.unit_id, command.station_id, 0, StandbyReason.MOVE_UP, 0.2,
        StandbyState.PROPOSED, NOW,
    )  # fmt: skip
    await PgStandbys(tables.tx.connection).save(proposal)

    one = await _order(tables, command)

    assert (one.reason, one.gain, one.state) == (StandbyReason.MOVE_UP, 0.2, StandbyState.ORDERED)
    assert len(tables.told(StandbyOrdered)) == 1
    assert keys(command) == (aggregate(command.unit_id),)


async def test_who_is_out_of_service_is_not_sent(city: City, tables: Any) -> None:
    command, unable = a_command(city), UnitStatus.UNABLE
    unit = await tables.units.get(command.unit_id)
    await tables.units.save(replace(unit, status=unable, primary=primary_of(unable)))

    with pytest.raises(UnitOutOfService):
        await _order(tables, command)
