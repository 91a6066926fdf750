"""What is asked to be closed becomes a closure on the graph in force, and says what it touches."""

from dataclasses import replace

import httpx
import pytest

from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import ClosureReason
from beaconfire_geo.adapters.closure_desk import BadClosure, PgClosureDesk
from beaconfire_geo.adapters.maps import Maps
from beaconfire_geo.application.closing import ClosureAsked
from beaconfire_geo.domain.closures import RING_POINTS_MAX, NothingClosed
from beaconfire_testkit.builders import NOON
from beaconfire_testkit.grid import EAST, WEST, grid
from beaconfire_testkit.roads import SPACING_DEG, grid_of_roads
from beaconfire_testkit.service import ServiceUnderTest

NETWORK = grid_of_roads(6)
NOTHING = ClosureAsked(None, (), None, 0.0, ClosureReason.FIRE, None, None)


@pytest.fixture
async def closing(geo: ServiceUnderTest, keeper: httpx.AsyncClient) -> PgClosureDesk:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    kind = {"content-type": "application/octet-stream"}
    await keeper.put("/v1/roads/main", content=NETWORK.to_bytes(), headers=kind)
    maps = Maps(geo.ground.database, layer="grid", cell_level="cell", roads="main")
    await maps.load()
    return PgClosureDesk(geo.ground.database, maps)


def _circle(corners: int) -> dict[str, object]:
    ring = [[174.7 + 0.01 * one / corners, -36.9 - 0.0001 * (one % 2)] for one in range(corners)]
    return {"type": "Polygon", "coordinates": [[*ring, [174.705, -36.88], ring[0]]]}


async def test_pointing_at_a_road_closes_it_in_both_directions(closing: PgClosureDesk) -> None:
    at = NETWORK.point(0)
    beside = Point(at.lon + SPACING_DEG / 2, at.lat + 2e-4)

    closure = await closing.draft(replace(NOTHING, points=(beside,)), NOON)

    first, second = (Point(NETWORK.point(n).lon, NETWORK.point(n).lat) for n in (0, 1))
    ends = {(one.tail, one.head) for one in closure.told.stretches}
    assert ends == {(first, second), (second, first)}
    assert (closure.arcs, closure.path) == (2, "akl.c1")


async def test_pointing_too_far_from_any_road_says_which_point(closing: PgClosureDesk) -> None:
    at = NETWORK.point(0)
    good, bad = Point(at.lon, at.lat), Point(at.lon - 0.01, at.lat)

    with pytest.raises(NothingClosed) as refused:
        await closing.draft(replace(NOTHING, points=(good, bad)), NOON)

    assert refused.value.pointer == "/points/1"


async def test_an_area_has_one_ring_and_a_bounded_number_of_corners(
    closing: PgClosureDesk,
) -> None:
    hole = {
        "type": "Polygon",
        "coordinates": [
            [[174.6, -37], [174.8, -37], [174.8, -36.8], [174.6, -37]],
            [[174.7, -36.98], [174.72, -36.98], [174.72, -36.96], [174.7, -36.98]],
        ],
    }

    for area in (hole, _circle(RING_POINTS_MAX)):
        with pytest.raises(BadClosure):
            await closing.draft(replace(NOTHING, area=area), NOON)
    assert (await closing.draft(replace(NOTHING, area=_circle(400)), NOON)).arcs > 10


async def test_what_is_in_force_says_how_much_is_closed(closing: PgClosureDesk) -> None:
    view = closing.view()

    assert (view.nodes, view.arcs, view.closures) == (36, NETWORK.arc_count, 0)
    assert view.method == "road"
    assert list(closing.in_force()) == []
