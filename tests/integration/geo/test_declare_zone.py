"""Declaring a zone: room for so many, and a plan that is not due is told nobody."""

from datetime import timedelta

import pytest

from beaconfire_contracts.facts.geo import RoadsClosed, ZoneDeclared
from beaconfire_geo.domain.zones import ZONES_MAX, BadTimes, TooManyZones, ZoneState
from beaconfire_testkit.service import ServiceUnderTest

from .zone_parts import a_zone, declared


async def test_there_is_room_for_so_many_zones(geo: ServiceUnderTest) -> None:
    now = geo.ground.clock.now()
    async with geo.ground.database.pool.acquire() as connection:
        await connection.execute(
            "insert into zone (zone_id, zone) select gen_random_uuid(), '{}' "
            "from generate_series(1, $1::int)", ZONES_MAX,
        )  # fmt: skip

    with pytest.raises(TooManyZones):
        await declared(geo, a_zone(now))

    assert await geo.told(ZoneDeclared) == []


async def test_a_plan_that_is_not_due_is_kept_and_told_nobody(geo: ServiceUnderTest) -> None:
    now = geo.ground.clock.now()
    planned = a_zone(now, speed_share=0.0, starts_at=now + timedelta(hours=1))

    kept = await declared(geo, planned)

    assert kept.state is ZoneState.PLANNED
    assert await geo.told(ZoneDeclared) == []
    assert await geo.told(RoadsClosed) == []


async def test_a_zone_that_is_over_before_it_begins_is_refused(geo: ServiceUnderTest) -> None:
    now = geo.ground.clock.now()

    with pytest.raises(BadTimes):
        await declared(geo, a_zone(now, ends_at=now - timedelta(seconds=1)))
