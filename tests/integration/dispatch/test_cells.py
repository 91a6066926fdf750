"""Where a supposed incident lies is asked of geo; without an answer it says so."""

import pytest

from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.adapters.cells import GridAway, HttpCells
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City
from beaconfire_testkit.service import ServiceUnderTest, a_subject


async def test_a_point_outside_of_every_cell_has_no_path(geo: ServiceUnderTest) -> None:
    cells = HttpCells(geo.client(a_subject(Role.SERVICE)))

    assert await cells.path_of(Point(*AKL)) is None


async def test_without_an_answer_it_says_so(city: City) -> None:
    # dispatch alone has no such route: whoever answers is not geo
    cells = HttpCells(city.running.client(a_subject(Role.SERVICE)))

    with pytest.raises(GridAway):
        await cells.path_of(Point(*AKL))
    with pytest.raises(GridAway):
        await cells.named(["akl"])
    with pytest.raises(GridAway):
        await cells.unknown({"akl"})


async def test_areas_are_named_by_their_paths_and_what_the_grid_lacks_is_left_out(
    mapped: City,
) -> None:
    cells = HttpCells(mapped.running.ground.http)

    found = await cells.named(["akl.d1.c1", "c10", "akl", "akl.d1.c99", "akl.c1"])

    assert sorted(found) == ["akl", "akl.d1.c1"]
    unknown = await cells.unknown({"akl.d1.c1", "c10", "akl.d1.c99"})
    assert unknown == {"akl.d1.c99"}
    assert (found["akl.d1.c1"].level, found["akl.d1.c1"].name_en) == ("cell", "Area c1")
