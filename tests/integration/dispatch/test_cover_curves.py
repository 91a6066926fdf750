"""Curves from the calls of the past: where more called, a station is worth more."""

import pytest

from beaconfire_contracts.places import Point
from beaconfire_dispatch.adapters.cover_curves import curves_of, read_calls
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.domain.engine.standby import CoverCurve
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City

HERE, THERE = Point(*AKL), Point(174.95, -36.95)


async def _curves(city: City, *posts: Point) -> CoverCurve:
    ground = city.running.ground
    async with ground.database.reading() as connection:
        calls = await read_calls(connection, ground.clock.now())
    return curves_of(calls, Roads(ground.database, ground.http), posts, ground.clock.now())


async def test_where_nobody_called_every_station_counts_alike(city: City) -> None:
    curves = await _curves(city, HERE, THERE)

    assert curves.price.shape == (2, 2)
    assert curves.rate[0] == curves.rate[1] > 0
    assert curves.price[0, 0] < curves.price[0, 1]


async def test_the_cell_that_called_more_is_expected_to_call_more(city: City) -> None:
    for _ in range(4):
        await city.incident("fire")
    await city.incident("fire", at=(THERE.lon, THERE.lat), path="akl.d2.c2.g2")
    curves = await _curves(city, HERE)

    assert curves.price.shape == (1, 3)
    near, far = (curves.rate[curves.price[0, :2].argsort()[at]] for at in (0, 1))
    assert near > far > 0


async def test_of_more_calls_than_are_read_the_newest_count(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    await city.incident("fire", at=(THERE.lon, THERE.lat), path="akl.d2.c2.g2")
    await city.incident("fire")
    monkeypatch.setattr("beaconfire_dispatch.adapters.cover_curves.CALLS_MAX", 1)

    curves = await _curves(city, HERE)

    assert curves.price.shape == (1, 2)
    assert curves.price[0, 0] == curves.price[0, 1]
