"""How long units need from where they are, counting how long they take to leave."""

import asyncio

import pytest

from beaconfire_contracts.ids import UnitId
from beaconfire_contracts.places import Point
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.views import PgViews
from beaconfire_dispatch.adapters.ways import RoadWays
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.application.queries import UnitView
from beaconfire_platform.clock import wall_now
from beaconfire_platform.positions import Fix
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City

HERE = Point(*AKL)
FAR = Point(AKL[0] + 1, AKL[1] + 1)


@pytest.fixture
def ways(city: City, whereabouts: Whereabouts) -> RoadWays:
    ground = city.running.ground
    return RoadWays(Roads(ground.database, ground.http), whereabouts)


async def _view(city: City, call_sign: str) -> UnitView:
    views = PgViews(city.running.ground.database)
    view = await views.unit(UnitId(city.units[call_sign]["id"]))
    assert view is not None
    return view


async def test_a_crew_in_quarters_next_door_needs_a_minute_to_leave(
    city: City, ways: RoadWays
) -> None:
    assert ways.travel_s([await _view(city, "E1")], HERE) == [60.0]


async def test_a_fix_moves_the_unit_and_its_arrival(
    city: City, ways: RoadWays, whereabouts: Whereabouts
) -> None:
    view = await _view(city, "E1")
    listening = asyncio.create_task(whereabouts.listen_forever())
    fix = Fix(view.unit.id, AKL[0] + 0.05, AKL[1], wall_now())
    city.running.ground.positions.publish([fix])
    for _ in range(100):
        if whereabouts.fix_of(str(view.unit.id)) is not None:
            break
        await asyncio.sleep(0.01)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)

    [seconds] = ways.travel_s([view], HERE)

    assert seconds is not None
    assert seconds > 120
    assert ways.seen(view).point == Point(AKL[0] + 0.05, AKL[1])


async def test_only_free_units_cover(city: City, ways: RoadWays) -> None:
    await city.order(await city.incident(), "E1")
    views = [await _view(city, one) for one in ("E1", "L1")]

    assert ways.cover(views, [HERE, FAR]) == {"engine": 0.0, "ladder": 0.5}
    assert ways.cover(views, []) == {"engine": 0.0, "ladder": 0.0}


async def test_an_order_says_when_its_units_will_arrive(city: City) -> None:
    [near] = await city.order(await city.incident(), "E1")
    [nowhere] = await city.order(await city.incident(at=None), "E2")

    assert near["eta_at"] > near["dispatched_at"]
    assert nowhere["eta_at"] is None
