"""The zones in force as fences: loaded when one changed; what is far is told so unmeasured."""

import numpy as np

from beaconfire_contracts.places import Point
from beaconfire_geo.adapters.fences_in_force import FAR_M, FencesInForce, fence_of
from beaconfire_testkit.service import ServiceUnderTest

from .zone_parts import DEGREE_M, MIDDLE, a_zone, declared

NONE: frozenset[str] = frozenset()


async def loaded(geo: ServiceUnderTest, fences: FencesInForce) -> bool:
    """Whether loading changed anything."""
    async with geo.ground.database.reading() as connection:
        return await fences.load(connection)


def norths(*metres: float) -> tuple[np.ndarray, np.ndarray]:
    """Positions so many metres north of the zone's middle."""
    return np.full(len(metres), MIDDLE.lon), MIDDLE.lat + np.array(metres) / DEGREE_M


async def test_fences_are_loaded_once_and_anew_when_a_zone_changed(geo: ServiceUnderTest) -> None:
    fences = FencesInForce()
    first = await declared(geo, a_zone(geo.ground.clock.now()))
    seen = [await loaded(geo, fences), await loaded(geo, fences)]
    planned = a_zone(geo.ground.clock.now(), stand_off_m=50.0)
    await declared(geo, planned)
    seen.append(await loaded(geo, fences))

    assert seen == [True, False, True]
    assert set(fences.times) == {first.zone_id, planned.zone_id}
    assert fences


async def test_how_far_outside_is_measured_near_a_fence_alone(geo: ServiceUnderTest) -> None:
    fences = FencesInForce()
    assert not fences
    zone = await declared(geo, a_zone(geo.ground.clock.now()))
    await loaded(geo, fences)

    near = fences.outside_m(*norths(0.0, 120.0, 9_000.0))
    far, visited = fences.outside_m(*norths(9_000.0)), fences.outside_m(
        *norths(9_000.0), {zone.zone_id}
    )  # fmt: skip

    inside, beside, away = near[zone.zone_id].tolist()
    assert (inside, away) == (0.0, FAR_M)
    assert 19 < beside < 21
    assert far == {}
    assert visited[zone.zone_id].tolist() == [FAR_M]


async def test_who_comes_in_or_goes_out_has_changed_and_nobody_else(geo: ServiceUnderTest) -> None:
    fences = FencesInForce()
    zone = await declared(geo, a_zone(geo.ground.clock.now()))
    await loaded(geo, fences)
    here = frozenset({zone.zone_id})

    moved = fences.changed(
        *norths(0.0, 0.0, 120.0, 120.0, 140.0, 9_000.0, 9_000.0),
        [NONE, here, NONE, here, here, here, NONE],
    )

    assert moved.tolist() == [True, False, False, False, True, True, False]


async def test_a_fence_reaches_over_the_stand_off(geo: ServiceUnderTest) -> None:
    zone = a_zone(geo.ground.clock.now(), stand_off_m=50.0)

    assert fence_of(zone).outside_m(*norths(140.0)).tolist() == [0.0]
    assert zone.plan.centre == Point(MIDDLE.lon, MIDDLE.lat)
