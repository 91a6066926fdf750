"""Lifting a zone: once, with its roads."""

import pytest

from beaconfire_contracts.facts.geo import RoadsOpened, ZoneLifted
from beaconfire_contracts.refusals import NotFound
from beaconfire_geo.application.lift_zone import keys, lift_zone
from beaconfire_geo.domain.zones import HazardZone, ZoneOver
from beaconfire_platform.ids import new_id
from beaconfire_testkit.service import ServiceUnderTest

from .zone_parts import CAUSE, a_desk, a_zone, declared


async def _lifted(geo: ServiceUnderTest, zone_id: str) -> HazardZone:
    desk, _ = await a_desk(geo)
    now = geo.ground.clock.now()
    async with geo.ground.database.transaction(*keys(zone_id, "main"), cause=CAUSE) as tx:
        return await lift_zone(
            zone_id, zones=desk.zones(tx), roads=desk.roads(tx), facts=tx, now=now
        )


async def test_a_zone_is_lifted_once_with_its_roads(geo: ServiceUnderTest) -> None:
    zone = await declared(geo, a_zone(geo.ground.clock.now(), speed_share=0.3))

    lifted = await _lifted(geo, zone.zone_id)
    with pytest.raises(ZoneOver):
        await _lifted(geo, zone.zone_id)

    assert lifted.lifted_at is not None
    assert len(await geo.told(ZoneLifted)) == len(await geo.told(RoadsOpened)) == 1


async def test_what_is_not_there_is_not_lifted(geo: ServiceUnderTest) -> None:
    with pytest.raises(NotFound):
        await _lifted(geo, new_id())
