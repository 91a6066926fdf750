"""The maps in force are swapped whole by a release, and loaded again after a start."""

import httpx

from beaconfire_contracts.places import Point
from beaconfire_geo.adapters.maps import Maps
from beaconfire_testkit.grid import EAST, WEST, grid
from beaconfire_testkit.roads import grid_of_roads
from beaconfire_testkit.service import ServiceUnderTest


async def test_what_was_released_is_there_after_a_start(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    network = grid_of_roads(3)
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    await keeper.put(
        "/v1/roads/main",
        content=network.to_bytes(),
        headers={"content-type": "application/octet-stream"},
    )
    fresh = Maps(geo.ground.database, layer="grid", cell_level="cell", roads="main")
    assert (fresh.version, fresh.root_path()) == (0, None)

    await fresh.load()

    assert fresh.version == 1
    assert fresh.root_path() == "akl"
    assert fresh.find(Point(174.705, -36.895)).path == "akl.c1"
    assert fresh.area("c2") is not None
    assert fresh.area("akl") is not None
    assert fresh.roads.times.method == "road"
    assert fresh.near(Point(174.7, -36.9)) == "Street 0 / Avenue 0"


async def test_an_empty_system_answers_with_nothing(geo: ServiceUnderTest) -> None:
    maps = Maps(geo.ground.database, layer="grid", cell_level="cell", roads="main")
    await maps.load()

    assert maps.find(Point(174.7, -36.9)).cell is None
    assert maps.near(Point(174.7, -36.9)) is None
    assert maps.roads.times.method == "straight_line"
