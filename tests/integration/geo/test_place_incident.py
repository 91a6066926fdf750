"""An incident is placed where it was told to be; nothing is ever dropped."""

import asyncio
from typing import Final

import httpx

from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.facts.incident import IncidentRelocated
from beaconfire_contracts.places import Place
from beaconfire_contracts.vocabulary import PlaceState
from beaconfire_testkit.grid import EAST, WEST, area, at, grid, opened
from beaconfire_testkit.service import ServiceUnderTest

WAITED_S_MAX: Final = 30.0
"""The loop looks each second; a busy machine is slower."""


async def test_an_incident_is_placed_in_its_cell(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    await geo.tell(opened(at(174.705, -36.895)))

    await geo.catch_up()

    (placed,) = await geo.told(IncidentPlaced)
    assert placed.path == "akl.c1"
    assert placed.state is PlaceState.APPROXIMATE


async def test_the_response_areas_that_hold_it_are_told_smallest_first_and_anew_when_they_change(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    boxes = [
        area(code, "response_area", None, (174.7, -36.9, 174.7 + wide, -36.89))
        for code, wide in (("large", 0.2), ("small", 0.1), ("away", 0.001))
    ]
    body = {"type": "FeatureCollection", "crs": "WGS84"}
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    await keeper.put("/v1/layers/response-areas", json=body | {"features": boxes})
    await geo.tell(opened(at(174.705, -36.895)))
    await geo.catch_up()
    seen = await keeper.get("/v1/cells", params={"lon": 174.705, "lat": -36.895})

    await keeper.put("/v1/layers/response-areas", json=body | {"features": boxes[:1]})
    async with asyncio.timeout(WAITED_S_MAX):
        [loop] = [one for one in geo.service.loops if one.__name__ == "replace_forever"]
        again = asyncio.ensure_future(loop())
        while len(told := await geo.told(IncidentPlaced)) < 2:  # noqa: ASYNC110  (a table)
            await asyncio.sleep(0.05)
        again.cancel()

    assert [one.response_areas for one in told] == [("small", "large"), ("large",)]
    assert (told[1].cell, told[1].layer_version) == ("c1", told[0].layer_version)
    assert seen.json()["response_areas"] == ["small", "large"]


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
