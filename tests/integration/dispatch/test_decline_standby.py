"""A proposal is put away once; what was ordered is not a proposal."""

from typing import Any

import pytest

from beaconfire_contracts.facts.standing_by import StandbyDeclined
from beaconfire_contracts.ids import StationId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import StandbyReason
from beaconfire_dispatch.adapters.standbys import PgStandbys
from beaconfire_dispatch.application.decline_standby import decline_standby, keys
from beaconfire_dispatch.domain.standby import NothingProposed, Standby, StandbyState
from beaconfire_platform.clock import wall_now
from beaconfire_testkit.city import City

NOW = wall_now()


async def _kept(city: City, tables: Any, state: StandbyState) -> UnitId:
    unit_id = UnitId(city.units["E1"]["id"])
    one = Standby(unit_id, StationId(city.station["id"]), 0, StandbyReason.FREED, 0.2, state, NOW)
    await PgStandbys(tables.tx.connection).save(one)
    return unit_id


async def _decline(tables: Any, unit_id: UnitId) -> Standby:
    kept = PgStandbys(tables.tx.connection)
    return await decline_standby(
        unit_id, units=tables.units, standbys=kept, facts=tables.tx, now=NOW
    )


async def test_it_is_told_once(city: City, tables: Any) -> None:
    unit_id = await _kept(city, tables, StandbyState.PROPOSED)

    assert (await _decline(tables, unit_id)).state is StandbyState.DECLINED
    with pytest.raises(NothingProposed):
        await _decline(tables, unit_id)

    assert len(tables.told(StandbyDeclined)) == 1
    assert keys(unit_id) == (aggregate(unit_id),)


async def test_what_was_ordered_is_no_proposal(city: City, tables: Any) -> None:
    unit_id = await _kept(city, tables, StandbyState.ORDERED)

    with pytest.raises(NothingProposed):
        await _decline(tables, unit_id)
