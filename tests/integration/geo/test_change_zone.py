"""Changing a zone: its roads are closed anew, and a closure lifted by hand stays lifted."""

import pytest

from beaconfire_contracts.facts.geo import RoadsClosed, RoadsOpened, ZoneChanged
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.refusals import NotFound
from beaconfire_geo.adapters.closures import PgClosures
from beaconfire_geo.application.change_zone import change_zone, keys
from beaconfire_geo.application.open_roads import open_roads
from beaconfire_geo.application.zoning import ChangeZone
from beaconfire_geo.domain.zones import HazardZone
from beaconfire_platform.ids import new_id
from beaconfire_testkit.service import ServiceUnderTest

from .zone_parts import CAUSE, PLAN, a_desk, a_zone, declared


async def _changed(geo: ServiceUnderTest, command: ChangeZone) -> HazardZone:
    desk, _ = await a_desk(geo)
    locks, now = keys(command.zone_id, "main"), geo.ground.clock.now()
    async with geo.ground.database.transaction(*locks, cause=CAUSE) as tx:
        return await change_zone(
            command, zones=desk.zones(tx), roads=desk.roads(tx), facts=tx, now=now
        )


async def test_a_zone_that_closes_no_roads_any_more_opens_them(geo: ServiceUnderTest) -> None:
    zone = await declared(geo, a_zone(geo.ground.clock.now(), speed_share=0.0))

    changed = await _changed(geo, ChangeZone(zone.zone_id, PLAN, "akl", 1))

    assert (changed.version, changed.closure_id) == (2, None)
    assert [one.closure_id for one in await geo.told(RoadsOpened)] == [zone.closure_id]
    assert len(await geo.told(ZoneChanged)) == 1


async def test_a_closure_that_was_lifted_by_hand_is_not_lifted_again(
    geo: ServiceUnderTest,
) -> None:
    zone = await declared(geo, a_zone(geo.ground.clock.now(), speed_share=0.0))
    assert zone.closure_id is not None
    now = geo.ground.clock.now()
    async with geo.ground.database.transaction(aggregate("closure"), cause=CAUSE) as tx:
        await open_roads(zone.closure_id, closures=PgClosures(tx.connection), facts=tx, now=now)

    await _changed(geo, ChangeZone(zone.zone_id, PLAN, "akl", 1))

    assert len(await geo.told(RoadsClosed)) == len(await geo.told(RoadsOpened)) == 1


async def test_what_is_not_there_is_not_changed(geo: ServiceUnderTest) -> None:
    with pytest.raises(NotFound):
        await _changed(geo, ChangeZone(new_id(), PLAN, "akl", 1))
