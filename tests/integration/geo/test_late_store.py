"""What is kept of late positions: stretches, and told crossings."""

from datetime import timedelta

from beaconfire_contracts.facts.geo import GeofenceEntered, GeofenceLeft
from beaconfire_contracts.ids import UnitId
from beaconfire_geo.adapters.late_store import PgLate
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.service import ServiceUnderTest

from .late_parts import SECOND, settled_outside, stretches, written_late
from .zone_parts import CAUSE, a_zone, declared, seen, written


async def test_what_is_not_late_or_crosses_nothing_is_not_kept(geo: ServiceUnderTest) -> None:
    nowhere, began = new_id(), geo.ground.clock.now()
    await written(geo, [seen(nowhere, began, 0.0)])
    await written_late(geo, [seen(nowhere, began - SECOND, 0.0)])
    without_a_zone = await stretches(geo)

    unit_id, began = await settled_outside(geo)
    await written_late(geo, [seen(unit_id, began + 90 * SECOND, 0.0)])  # newer than its latest
    await written_late(geo, [seen(new_id(), began, 0.0)])  # nobody has seen it before
    assert (without_a_zone, await stretches(geo)) == ([], [])


async def test_crossings_are_kept_as_long_as_positions_may_come(geo: ServiceUnderTest) -> None:
    zone = await declared(geo, a_zone(geo.ground.clock.now()))
    unit_id, old = UnitId(new_id()), wall_now() - timedelta(days=8, seconds=1)
    recent = wall_now() - timedelta(days=7)
    async with geo.ground.database.transaction(cause=CAUSE) as tx:
        store = PgLate(tx.connection)
        await store.remember(
            [
                GeofenceEntered(unit_id, zone.zone_id, old),
                GeofenceLeft(unit_id, zone.zone_id, recent),
                GeofenceEntered(unit_id, zone.zone_id, recent),  # of one moment the last
                GeofenceLeft(unit_id, zone.zone_id, wall_now(), zone_lifted=True),
            ]
        )
        await store.forget()
        kept = await store.told(unit_id)

    assert [(one.at, one.is_inside) for one in kept[zone.zone_id]] == [(recent, True)]
