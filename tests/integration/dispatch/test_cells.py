"""Where a supposed incident lies is asked of geo; without an answer it says so."""

import pytest

from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.adapters.cells import GridAway, HttpCells
from beaconfire_dispatch.application.desk import CellsAt
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City
from beaconfire_testkit.grid import area
from beaconfire_testkit.service import ServiceUnderTest, a_subject


async def test_a_point_outside_of_every_cell_has_no_path(geo: ServiceUnderTest) -> None:
    cells = HttpCells(geo.client(a_subject(Role.SERVICE)))

    assert await cells.at(Point(*AKL)) == CellsAt(None, (), is_inside=False)


async def test_without_an_answer_it_says_so(city: City) -> None:
    # dispatch alone has no such route: whoever answers is not geo
    cells = HttpCells(city.running.client(a_subject(Role.SERVICE)))

    with pytest.raises(GridAway):
        await cells.at(Point(*AKL))
    with pytest.raises(GridAway):
        await cells.named(["akl"])
    with pytest.raises(GridAway):
        await cells.unknown({"akl"})


async def test_response_areas_are_known_by_their_codes_and_named_to_no_roster(
    mapped: City, geo: ServiceUnderTest
) -> None:
    box = area("ra1", "response_area", None, (174, -37, 176, -36))
    body = {"type": "FeatureCollection", "crs": "WGS84", "features": [box]}
    async with geo.client(a_subject(Role.ADMINISTRATOR)) as keeper:
        await keeper.put("/v1/layers/response-areas", json=body)
    cells = HttpCells(mapped.running.ground.http)

    assert await cells.unknown({"akl.d1", "ra1", "ra2"}) == {"ra2"}
    assert await cells.named(["ra1"]) == {}
    assert (await cells.at(Point(*AKL))).response_areas == ("ra1",)


async def test_areas_are_named_by_their_paths_and_what_the_grid_lacks_is_left_out(
    mapped: City,
) -> None:
    cells = HttpCells(mapped.running.ground.http)

    found = await cells.named(["akl.d1.c1", "c10", "akl", "akl.d1.c99", "akl.c1"])

    assert sorted(found) == ["akl", "akl.d1.c1"]
    unknown = await cells.unknown({"akl.d1.c1", "c10", "akl.d1.c99"})
    assert unknown == {"akl.d1.c99"}
    assert (found["akl.d1.c1"].level, found["akl.d1.c1"].name_en) == ("cell", "Area c1")
