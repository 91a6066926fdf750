"""Curves from the calls of the past: where more called, a station is worth more."""

from beaconfire_contracts.places import Point
from beaconfire_dispatch.adapters.cover_curves import read_curves
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City

HERE, THERE = Point(*AKL), Point(174.95, -36.95)


async def test_where_nobody_called_every_station_counts_alike(city: City) -> None:
    ground = city.running.ground
    async with ground.database.reading() as connection:
        curves = await read_curves(
            connection, Roads(ground.database, ground.http), [HERE, THERE], ground.clock.now()
        )

    assert curves.price.shape == (2, 2)
    assert curves.rate[0] == curves.rate[1] > 0
    assert curves.price[0, 0] < curves.price[0, 1]


async def test_the_cell_that_called_more_is_expected_to_call_more(city: City) -> None:
    for _ in range(4):
        await city.incident("fire")
    await city.incident("fire", at=(THERE.lon, THERE.lat), path="akl.d2.c2.g2")
    ground = city.running.ground
    async with ground.database.reading() as connection:
        curves = await read_curves(
            connection, Roads(ground.database, ground.http), [HERE], ground.clock.now()
        )

    assert curves.price.shape == (1, 3)
    near, far = (curves.rate[curves.price[0, :2].argsort()[at]] for at in (0, 1))
    assert near > far > 0
