"""A race on the database is won by the right way and lost by the planted mistake, each time."""

from chaos.races import RACES, races


async def test_each_mistake_goes_wrong_and_the_right_way_beside_it_never(database: str) -> None:
    found = await races(database)

    assert tuple(found) == RACES
    assert {name: one.right for name, one in found.items()} == dict.fromkeys(RACES, 0)
    assert [name for name, one in found.items() if not one.mistaken] == []
