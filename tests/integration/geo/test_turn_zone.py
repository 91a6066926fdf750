"""Turning a zone by the clock: what another turned already is not turned again."""

from datetime import timedelta

from beaconfire_contracts.facts.geo import ZoneDeclared, ZoneLifted
from beaconfire_geo.application.turn_zone import keys, turn_zone
from beaconfire_platform.ids import new_id
from beaconfire_testkit.service import ServiceUnderTest

from .zone_parts import CAUSE, a_desk, a_zone, declared, let_pass


async def _turned(geo: ServiceUnderTest, zone_id: str) -> bool:
    desk, _ = await a_desk(geo)
    now = geo.ground.clock.now()
    async with geo.ground.database.transaction(*keys(zone_id, "main"), cause=CAUSE) as tx:
        return await turn_zone(
            zone_id, zones=desk.zones(tx), roads=desk.roads(tx), facts=tx, now=now
        )


async def test_two_who_turn_a_zone_turn_it_once(geo: ServiceUnderTest) -> None:
    now = geo.ground.clock.now()
    hour = timedelta(hours=1)
    zone = await declared(geo, a_zone(now, starts_at=now + hour, ends_at=now + 3 * hour))

    turned = [await _turned(geo, zone.zone_id)]
    for _ in range(2):
        let_pass(geo, 1.6 * hour)
        turned += [await _turned(geo, zone.zone_id), await _turned(geo, zone.zone_id)]

    assert turned == [False, True, False, True, False]
    assert len(await geo.told(ZoneDeclared)) == len(await geo.told(ZoneLifted)) == 1


async def test_a_plan_whose_whole_time_passed_while_nobody_looked_never_was(
    geo: ServiceUnderTest,
) -> None:
    now = geo.ground.clock.now()
    hour = timedelta(hours=1)
    zone = await declared(geo, a_zone(now, starts_at=now + hour, ends_at=now + 2 * hour))

    let_pass(geo, 5 * hour)

    assert await _turned(geo, zone.zone_id)
    assert await geo.told(ZoneDeclared) == await geo.told(ZoneLifted) == []
    assert not await _turned(geo, new_id())
