"""Questions about a whole map beside all else: in turn, of the maps in force, refused in time."""

import asyncio

import httpx
import pytest

from beaconfire_contracts.places import Point
from beaconfire_geo.adapters.analysis_desk import ASKED_AT_ONCE_MAX, MapAnalysis
from beaconfire_geo.adapters.maps import Maps
from beaconfire_geo.application.analysis import (
    AnalysisBusy,
    CoverageAsked,
    NoCells,
    NoRoadNear,
    NoRoads,
    ReachTooWide,
    UnknownCell,
)
from beaconfire_geo.domain.levels import UnknownLevel
from beaconfire_spatial import isochrones
from beaconfire_spatial.coverage import Stand
from beaconfire_spatial.geometry import LonLat
from beaconfire_testkit.grid import EAST, WEST, grid
from beaconfire_testkit.roads import grid_of_roads
from beaconfire_testkit.service import ServiceUnderTest

ROADS = grid_of_roads(12)
CORNER = Point(174.7, -36.9)
BYTES = {"content-type": "application/octet-stream"}


@pytest.fixture
async def maps(geo: ServiceUnderTest) -> Maps:
    return Maps(geo.databases["geo"], layer="grid", cell_level="cell", roads="main")


@pytest.fixture
async def desk(maps: Maps, keeper: httpx.AsyncClient) -> MapAnalysis:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    await keeper.put("/v1/roads/main", content=ROADS.to_bytes(), headers=BYTES)
    await maps.load()
    return MapAnalysis(maps)


def asked(
    *,
    within_area: str | None = None,
    by_level: str | None = None,
    demand: dict[str, float] | None = None,
) -> CoverageAsked:
    stand = Stand("A1", LonLat(CORNER.lon, CORNER.lat), frozenset({"als"}))
    return CoverageAsked([stand], 120, "lights", within_area, by_level, demand)


async def test_a_newer_graph_answers_as_soon_as_it_is_in_force(
    desk: MapAnalysis, maps: Maps, keeper: httpx.AsyncClient
) -> None:
    (before,) = await desk.isochrones(CORNER, [120], "lights")

    await keeper.put("/v1/roads/main", content=grid_of_roads(2).to_bytes(), headers=BYTES)
    await maps.load()
    (after,) = await desk.isochrones(CORNER, [120], "lights")

    assert after.area_km2 < before.area_km2


async def test_less_is_reached_while_roads_are_slowed_and_as_much_as_before_when_they_are_open(
    desk: MapAnalysis, maps: Maps, keeper: httpx.AsyncClient
) -> None:
    (before,) = await desk.isochrones(CORNER, [120], "lights")
    west, south, east, north = 174.6, -37.0, 174.9, -36.7
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    area = {"type": "Polygon", "coordinates": [ring]}

    asked = {"area": area, "speed_share": 0.25, "reason": "flood"}
    closed = await keeper.post("/v1/closures", json=asked)
    assert closed.status_code == 201, closed.text
    await maps.load()
    (slowed,) = await desk.isochrones(CORNER, [120], "lights")
    await keeper.post(f"/v1/closures/{closed.json()['id']}/lift", json={})
    await maps.load()
    (lifted,) = await desk.isochrones(CORNER, [120], "lights")

    assert slowed.area_km2 < 0.5 * before.area_km2
    assert lifted == before


async def test_the_event_loop_goes_on_meanwhile_and_whoever_is_too_many_is_refused_at_once(
    desk: MapAnalysis,
) -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0)
            beats += 1

    heart = asyncio.create_task(beat())
    many = [desk.isochrones(CORNER, [200], "lights") for _ in range(ASKED_AT_ONCE_MAX + 2)]
    found = await asyncio.gather(*many, return_exceptions=True)
    heart.cancel()

    refused = [isinstance(one, AnalysisBusy) for one in found]
    assert refused == [False] * ASKED_AT_ONCE_MAX + [True] * 2
    assert beats > 10
    assert await desk.isochrones(CORNER, [120], "lights"), "and later there is room again"


async def test_what_its_asker_no_longer_waits_for_counts_until_it_is_done(
    desk: MapAnalysis,
) -> None:
    gone = [
        asyncio.create_task(desk.isochrones(CORNER, [200], "lights"))
        for _ in range(ASKED_AT_ONCE_MAX)
    ]
    await asyncio.sleep(0)
    for one in gone:
        one.cancel()

    with pytest.raises(AnalysisBusy):
        await desk.isochrones(CORNER, [200], "lights")
    async with asyncio.timeout(10):
        while True:
            await asyncio.sleep(0.05)
            try:
                assert await desk.isochrones(CORNER, [60], "lights")
            except AnalysisBusy:
                continue
            return


async def test_cells_are_told_by_the_areas_of_the_asked_level(desk: MapAnalysis) -> None:
    (by_cell, _) = await desk.coverage(asked(by_level="cell"))
    (by_top, _) = await desk.coverage(asked())
    (within, _) = await desk.coverage(asked(within_area="c2", demand={"c1": 3, "c2": 1}))

    assert [(one.area, one.weight) for one in by_cell.areas] == [("c1", 1), ("c2", 1)]
    assert [(one.area, one.weight) for one in by_top.areas] == [("akl", 2)]
    assert [(one.area, one.weight) for one in within.areas] == [("akl", 1)]


async def test_what_the_map_does_not_have_is_refused_with_its_place(desk: MapAnalysis) -> None:
    with pytest.raises(UnknownCell) as unknown:
        await desk.coverage(asked(demand={"c1": 1, "c9": 1}))
    with pytest.raises(UnknownLevel) as level:
        await desk.coverage(asked(by_level="ward"))
    with pytest.raises(NoCells):
        await desk.coverage(asked(within_area="c9"))

    assert (unknown.value.pointer, level.value.pointer) == ("/demand/1/cell", "/level")


async def test_far_from_roads_and_too_wide_are_refused(
    desk: MapAnalysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoRoadNear, match="the nearest road is"):
        await desk.isochrones(Point(174.0, -36.9), [600], "lights")
    monkeypatch.setattr(isochrones, "ARCS_MAX", 3)
    with pytest.raises(ReachTooWide, match="3 at most"):
        await desk.isochrones(CORNER, [600], "lights")


async def test_before_the_first_graph_circles_are_told_and_no_coverage(maps: Maps) -> None:
    desk = MapAnalysis(maps)

    found = await desk.isochrones(CORNER, [60, 120], "lights")

    assert desk.method == "straight_line"
    assert [one.within_s for one in found] == [60, 120]
    with pytest.raises(NoRoads):
        await desk.coverage(asked())
