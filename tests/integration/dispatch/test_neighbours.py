"""The neighbourhood under test: two neighbours with an engine each, under one body above."""

from beaconfire_testkit.city import City
from beaconfire_testkit.neighbours import Neighbourhood, a_neighbourhood


async def test_each_neighbour_has_an_engine_of_its_own(city: City, around: Neighbourhood) -> None:
    found = await city.running.ground.database.pool.fetch(
        "select u.call_sign, u.body, b.parent from unit u join body b on b.body_id = u.body "
        "where u.call_sign like 'N%' order by 1"
    )

    assert [tuple(one) for one in found] == [
        ("N1", around.near, around.above), ("N2", around.far, around.above),
    ]  # fmt: skip


async def test_each_engine_may_be_of_a_body_below_its_neighbour(city: City) -> None:
    around = await a_neighbourhood(city, is_a_level_below=True)

    found = await city.running.ground.database.pool.fetch(
        "select b.parent from unit u join body b on b.body_id = u.body "
        "where u.call_sign like 'N%' order by u.call_sign"
    )

    assert [one["parent"] for one in found] == [around.near, around.far]
