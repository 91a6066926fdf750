"""An incident is placed where it was told to be; nothing is ever dropped."""

import httpx

from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.facts.incident import IncidentRelocated
from beaconfire_contracts.places import Place
from beaconfire_contracts.vocabulary import PlaceState
from beaconfire_testkit.grid import EAST, WEST, at, grid, opened
from beaconfire_testkit.service import ServiceUnderTest


async def test_an_incident_is_placed_in_its_cell(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    await geo.tell(opened(at(174.705, -36.895)))

    await geo.catch_up()

    (placed,) = await geo.told(IncidentPlaced)
    assert placed.path == "akl.c1"
    assert placed.state is PlaceState.APPROXIMATE


async def test_outside_every_cell_the_nearest_is_named_and_nothing_dropped(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    await geo.tell(opened(at(174.69, -36.895)), opened(Place(PlaceState.UNLOCATED)))

    await geo.catch_up()

    outside, nowhere = await geo.told(IncidentPlaced)
    assert (outside.state, outside.cell, outside.nearest_cell) == (
        PlaceState.OUTSIDE,
        "unplaced",
        "c1",
    )
    assert (nowhere.state, nowhere.path) == (PlaceState.UNLOCATED, "unplaced")


async def test_a_moved_incident_is_placed_anew_and_an_unmoved_one_is_not_told_again(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    first = opened(at(174.705, -36.895))
    moved = IncidentRelocated(first.incident_id, at(174.715, -36.895))
    await geo.tell(first, moved, moved)

    await geo.catch_up()

    assert [one.cell for one in await geo.told(IncidentPlaced)] == ["c1", "c2"]
