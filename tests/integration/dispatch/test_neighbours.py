"""The neighbourhood under test: two neighbours with an engine each, under one body above."""

from beaconfire_testkit.city import City
from beaconfire_testkit.neighbours import Neighbourhood


async def test_each_neighbour_has_an_engine_of_its_own(city: City, around: Neighbourhood) -> None:
    found = await city.running.ground.database.pool.fetch(
        "select u.call_sign, u.body, b.parent from unit u join body b on b.body_id = u.body "
        "where u.call_sign like 'N%' order by 1"
    )

    assert [tuple(one) for one in found] == [
        ("N1", around.near, around.above), ("N2", around.far, around.above),
    ]  # fmt: skip
