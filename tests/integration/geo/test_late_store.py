"""What is kept of late positions: stretches, and told crossings."""

from datetime import timedelta

import asyncpg

from beaconfire_contracts.facts.geo import GeofenceEntered, GeofenceLeft
from beaconfire_contracts.ids import UnitId
from beaconfire_geo.adapters.late_store import PgLate
from beaconfire_geo.domain.late_crossings import Stretch
from beaconfire_platform.clock import wall_now
from beaconfire_platform.fix_batch import microseconds, moment_at
from beaconfire_platform.ids import new_id
from beaconfire_testkit.service import ServiceUnderTest

from .late_parts import SECOND, settled_outside, stretches, written_late
from .zone_parts import CAUSE, a_zone, declared, seen


async def test_what_is_not_late_or_crosses_nothing_is_not_kept(geo: ServiceUnderTest) -> None:
    elsewhere, began = new_id(), geo.ground.clock.now()
    await written_late(geo, [seen(elsewhere, began, 9_000.0)], is_near=False)
    nowhere = await stretches(geo)

    unit_id, began = await settled_outside(geo)
    await written_late(geo, [seen(unit_id, began + 90 * SECOND, 0.0)])  # newer than its latest
    assert (nowhere, await stretches(geo)) == ([], [])


async def test_what_may_be_an_absence_from_a_zone_is_kept_wherever_it_is(
    geo: ServiceUnderTest,
) -> None:
    unit_id, began = await settled_outside(geo)  # it was inside, once
    fix = seen(unit_id, began + 20 * SECOND, 9_000.0)

    await written_late(geo, [fix], is_near=False)

    assert await stretches(geo) == [(unit_id, fix.observed_at, fix.observed_at)]


async def test_of_a_unit_that_nobody_watched_each_stretch_is_kept(geo: ServiceUnderTest) -> None:
    fix = seen(new_id(), geo.ground.clock.now(), 0.0)

    await written_late(geo, [fix])

    assert await stretches(geo) == [(fix.unit_id, fix.observed_at, fix.observed_at)]


async def test_what_was_observed_before_crossings_were_kept_is_not_read(
    geo: ServiceUnderTest, database: str
) -> None:
    unit_id, began = await settled_outside(geo)
    owner = await asyncpg.connect(database)
    await owner.execute("insert into geo.fence_since values ($1)", began + 5 * SECOND)
    await owner.close()
    stretch = Stretch(microseconds(began), microseconds(began + 30 * SECOND))

    async with geo.ground.database.reading() as connection:
        fixes = await PgLate(connection).fixes(unit_id, stretch)

    assert [moment_at(one) - began for one in fixes.observed_us.tolist()] == [
        5 * SECOND, 60 * SECOND, 61 * SECOND,
    ]  # fmt: skip


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
